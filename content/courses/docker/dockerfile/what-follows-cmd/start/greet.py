import sys

print("Hello,", " and ".join(sys.argv[1:]) or "nobody")
