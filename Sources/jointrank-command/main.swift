print("jointrank")
