#!/usr/bin/env python3
"""readme.py README EXAMPLES: every block of C, C++ or Python in the README is, letter by letter, one of the examples that
the tests compile and run, and each of these is shown."""
import pathlib
import re
import sys

SUFFIXES = {"c": ".c", "cpp": ".cpp", "python": ".py"}


def main():
    readme = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
    examples = {path.suffix: {} for path in pathlib.Path(sys.argv[2]).iterdir()}
    for path in pathlib.Path(sys.argv[2]).iterdir():
        examples[path.suffix][path.read_text(encoding="utf-8")] = path.name
    assert all(examples.get(suffix) for suffix in SUFFIXES.values()), "no examples"
    shown, bad = [], 0
    for block in re.finditer(r"^``` *(\w+)[^\n]*\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL):
        language, text = block.groups()
        if language not in SUFFIXES:
            continue
        line = readme.count("\n", 0, block.start()) + 1
        name = examples[SUFFIXES[language]].get(text)
        print(f"README.md:{line}: {name or 'differs from every example'}")
        shown.append(name)
        bad += name is None
    missing = sorted(name for suffix in SUFFIXES.values() for name in examples[suffix].values() if name not in shown)
    print(f"{len(shown)} blocks, {bad} of them no example; not shown: {', '.join(missing) or 'none'}")
    return bad != 0 or len(missing) > 0


if __name__ == "__main__":
    sys.exit(main())
