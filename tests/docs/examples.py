#!/usr/bin/env python3
"""examples.py SOURCE EXAMPLES: every block of C, C++ or Python in README.md and docs/*.md is, character for character,
one of the examples that the tests compile and run, and each of these is shown."""
import pathlib
import sys

import markdown

SUFFIXES = {"c": ".c", "cpp": ".cpp", "python": ".py"}


def main():
    source, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    examples = {path.suffix: {} for path in folder.iterdir()}
    for path in folder.iterdir():
        examples[path.suffix][markdown.read(path)] = path.name
    assert all(examples.get(suffix) for suffix in SUFFIXES.values()), "no examples"
    shown, bad = [], 0
    for page in markdown.example_pages(source):
        for block in markdown.blocks(page):
            if block.language not in SUFFIXES:
                continue
            name = examples[SUFFIXES[block.language]].get(block.text)
            print(f"{page}:{block.line}: {name or 'differs from every example'}")
            shown.append(name)
            bad += name is None
    missing = sorted(name for suffix in SUFFIXES.values() for name in examples[suffix].values() if name not in shown)
    print(f"{len(shown)} blocks, {bad} of them not an example; not shown: {', '.join(missing) or 'none'}")
    return bad != 0 or len(missing) > 0


if __name__ == "__main__":
    sys.exit(main())
