from tide import depth

for hours, metres in [(0, 7), (6, 1), (12, 7)]:
    found = depth(hours)
    assert found == metres, "%d hours after high water: %d m instead of %d" % (hours, found, metres)
print("3 tests passed")
