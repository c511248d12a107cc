#!/usr/bin/env python3
"""links.py SOURCE: every link in README.md, CONTRIBUTING.md, CHANGELOG.md and docs/*.md has a target. A relative link
names a file, and its #anchor a heading of that file; a link to the web names a public host. Every `cmake/setup.sh
STEP`, `--preset NAME` and `--target NAME` in these pages exists. README.md is short."""
import ipaddress
import json
import pathlib
import re
import sys

import markdown

LINK = re.compile(r"\[(?:[^\]\[]|\[[^\]]*\])*\]\(<?([^)\s>]+)>?(?: +\"[^\"]*\")?\)")
ADDRESS = re.compile(r"\bhttps?://([^\s/:)>\]`'\"]+)")
STEP = re.compile(r"cmake/setup\.sh\s+([a-z][\w-]*)")
PRESET = re.compile(r"--preset[ =]([\w-]+)")
TARGET = re.compile(r"--target[ =]([\w-]+)")
TARGET_NAMED = re.compile(r"add_(?:custom_target|executable|library)\((\w+)")
PRIVATE_ENDINGS = (".local", ".localhost", ".localdomain", ".internal", ".intranet", ".lan", ".corp", ".home", ".test", ".invalid",
                   ".onion")


def public(host):
    """Whether this host is public."""
    host = host.lower()
    try:
        return ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." in host and not host.endswith(PRIVATE_ENDINGS)


def wrong_link(page, target, source):
    """Why a link is broken, or None."""
    if re.match(r"(?:https?|mailto):", target):
        return None # its host is checked with all others
    if re.match(r"[a-z]+:", target):
        return "expected a link to a file or to https"
    name, _, anchor = target.partition("#")
    path = (page.parent / name).resolve() if name else page.resolve()
    if not path.exists():
        return "there is no such file"
    if source.resolve() not in path.parents:
        return "the file is outside the repository"
    if anchor and anchor not in markdown.anchors(path):
        return f"{path.name} has no such heading"
    return None


def line_of(text, match):
    """The number of the line on which a match begins."""
    return text.count("\n", 0, match.start()) + 1


def main():
    source = pathlib.Path(sys.argv[1])
    steps = set(STEP.findall(markdown.read(source / "cmake/setup.sh"))) # it prints them
    presets = {preset["name"] for preset in json.loads(markdown.read(source / "CMakePresets.json"))["configurePresets"]}
    targets = {name for path in source.glob("*/**/CMakeLists.txt") if "build" not in path.relative_to(source).parts
               for name in TARGET_NAMED.findall(markdown.read(path))}
    assert steps and presets and targets
    checked, wrong = 0, []
    for page in markdown.all_pages(source):
        text = markdown.read(page)
        prose = markdown.without_code(text)
        for link in LINK.finditer(prose):
            checked += 1
            reason = wrong_link(page, link.group(1), source)
            if reason:
                wrong.append((page, line_of(prose, link), f"{link.group(1)}: {reason}"))
        wrong += [(page, line_of(text, host), f"{host.group(1)} is no public host") for host in ADDRESS.finditer(text)
                  if not public(host.group(1))]
        wrong += [(page, line_of(text, step), f"cmake/setup.sh has no step '{step.group(1)}'") for step in STEP.finditer(text)
                  if step.group(1) not in steps]
        wrong += [(page, line_of(text, name), f"there is no preset '{name.group(1)}'") for name in PRESET.finditer(text)
                  if name.group(1) not in presets]
        wrong += [(page, line_of(text, name), f"there is no target '{name.group(1)}'") for name in TARGET.finditer(text)
                  if name.group(1) not in targets]
    length = len(markdown.read(source / "README.md").splitlines())
    if length > markdown.README_LINES:
        wrong.append((source / "README.md", length, f"expected at most {markdown.README_LINES} lines"))
    for page, number, reason in wrong:
        print(f"{page}:{number}: {reason}")
    print(f"{checked} links; {len(wrong)} faults")
    return len(wrong) > 0 or checked == 0


if __name__ == "__main__":
    sys.exit(main())
