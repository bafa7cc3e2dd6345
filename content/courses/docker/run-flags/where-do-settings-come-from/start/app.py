import os

env = os.environ

print(env.get("GREETING", "Hello"))
if env.get("DEBUG"):
    print("debug: on")
print("orders are at", env.get("DB_HOST", "localhost") + ":" + env.get("DB_PORT", "5432"))
