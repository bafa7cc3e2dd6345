import time

print('high tide at 14:20', flush=True)
time.sleep(9000)
