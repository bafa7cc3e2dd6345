print("this is other_script.py")
