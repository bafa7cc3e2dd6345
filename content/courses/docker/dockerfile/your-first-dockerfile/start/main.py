import numpy

print("numpy", numpy.__version__, "is here")
