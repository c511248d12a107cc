#!/usr/bin/env python3
"""arrows.py SOURCE: files in src only include from their own folder or one further down the table of
CONTRIBUTING.md."""
import pathlib
import re
import sys


def main():
    source = pathlib.Path(sys.argv[1])
    text = (source / "CONTRIBUTING.md").read_text(encoding="utf-8")
    floors = {}
    for floor, line in enumerate(text.splitlines()):
        if line.startswith("| `src/") or line.startswith("| `kernels`"):
            for folder in re.findall(r"`(?:src/)?(\w+)`", line.split("|")[1]):
                floors[folder] = floor
    folders = {path.name for path in (source / "src").iterdir() if path.is_dir()} | {"kernels"}
    assert floors.keys() == folders, f"the table and the tree differ: {sorted(floors.keys() ^ folders)}"
    bad = arrows = 0
    for path in sorted((source / "src").glob("*/*.[ch]")):
        own = path.parent.name
        for line, include in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = re.match(r'#include "(?:(\w+)/|(kernels?)[.])', include)
            folder = found and (found[1] or "kernels")
            if not folder or folder == own:
                continue
            arrows += 1
            if floors[folder] <= floors[own]:
                print(f"{path.relative_to(source)}:{line}: {own} is not above {folder}")
                bad += 1
    print(f"{arrows} includes of other folders, {bad} of them upwards")
    return bad != 0 or arrows == 0


if __name__ == "__main__":
    sys.exit(main())
