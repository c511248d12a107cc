"""folded.py FOLDED JSON: what is wrong with the stacks that --profile wrote, or that the times of all threads add up.

JSON has `profile`, or `files` of which each has one. Stacks are lines `firesieve;frame;... nanoseconds`.
"""
import json
import re
import sys

TOLERANCE = 0.05
ROUNDING_NS = 1000

with open(sys.argv[1], encoding="utf-8") as stream:
    lines = stream.read().splitlines()
with open(sys.argv[2], encoding="utf-8") as stream:
    answer = json.load(stream)

total = 0
for line in lines:
    if not re.fullmatch(r"firesieve(;[^;]+)+ [1-9][0-9]*", line):
        sys.exit(f"no stack: {line}")
    total += int(line.rsplit(" ", 1)[1])
if len({line.rsplit(" ", 1)[0] for line in lines}) != len(lines):
    sys.exit("a stack is there twice")

files = answer.get("files", [answer])
wanted = 0
for file in files:
    profile = file["profile"]
    wanted += 1e9 * (profile["parse_s"] + profile["threads"] * profile["elapsed_s"])
    if not 0.5 * file["elapsed_s"] - 1e-4 <= profile["elapsed_s"] <= 2 * file["elapsed_s"] + 1e-1:
        sys.exit(f"{profile['elapsed_s']} s of {file['elapsed_s']} s are in the profile")
    for thread in range(profile["threads"]):
        seconds = sum(stage["threads"][thread] for stage in profile["stages"] if stage["threads"])
        if abs(seconds - profile["elapsed_s"]) > TOLERANCE * profile["elapsed_s"] + 1e-6:
            sys.exit(f"thread {thread}: {seconds} s of {profile['elapsed_s']} s")
if abs(total - wanted) > TOLERANCE * wanted + ROUNDING_NS:
    sys.exit(f"{total} ns of {wanted} ns are in stacks")
print(f"{len(files)} profiles add up")
