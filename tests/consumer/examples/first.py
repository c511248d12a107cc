import firesieve

print(firesieve.Firewall({0: 3, 1: 2, 4: 4, 6: 4}).solve())  # depth: range
print(firesieve.Sieve("x + {0, 2} prime").first(10**30))
