goods = ["rope", "tar", "lamp oil"]

print("Hello from the shop")
for item in goods:
    print(" -", item)
