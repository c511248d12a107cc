import firesieve

classes = firesieve.Sieve().allow(7, {1, 2, 4}).forbid(11, {0, 3})  # each step is a new sieve
print(classes.count(0, 10**30))
print(classes.where("not square").first(10**12))
print(classes.where(lambda x: str(x) == str(x)[::-1]).list(100, limit=4))

for x in firesieve.Sieve("x + {0, 2, 6} prime").iter(2**64):  # as long as somebody asks
    print(x)
    break

firewall = firesieve.Firewall({0: 3, 1: 2, 4: 4, 6: 4})  # or its text
print(firewall.solve(), firewall.severity(0))

try:
    firesieve.Firewall("0: 3\n4 - 4\n")
except firesieve.InputError as error:
    print(error)
