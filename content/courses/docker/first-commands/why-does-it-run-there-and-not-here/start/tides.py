import sys

if sys.version_info < (3, 12):
    sys.exit("tides.py needs Python 3.12 or newer, this is " + sys.version.split()[0])

print("High water at 06:12 and 18:40, says Python", sys.version.split()[0])
