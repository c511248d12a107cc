"""Prints the JSON on standard input as lines `path = value`, in its own order. Keys given twice and NaN are errors."""
import json
import sys


def no_repeats(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        sys.exit(f"a key is given twice: {keys}")
    return dict(pairs)


def no_constants(name):
    sys.exit(f"not JSON: {name}")


def print_lines(path, value):
    if isinstance(value, dict):
        for key, member in value.items():
            print_lines(f"{path}.{key}" if path else key, member)
    elif isinstance(value, list):
        print(f"{path} has {len(value)}")
        for index, member in enumerate(value):
            print_lines(f"{path}[{index}]", member)
    else:
        print(f"{path} = {json.dumps(value)}")


print_lines("", json.load(sys.stdin, object_pairs_hook=no_repeats, parse_constant=no_constants))
