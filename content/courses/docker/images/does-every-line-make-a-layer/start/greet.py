import os

print(os.environ['GREETING'], 'from', os.getcwd())
