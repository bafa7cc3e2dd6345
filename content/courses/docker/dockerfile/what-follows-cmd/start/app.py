print("this is app.py")
