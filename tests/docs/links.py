#!/usr/bin/env python3
"""links.py SOURCE: every link of README.md, CONTRIBUTING.md, CHANGELOG.md and docs/*.md leads somewhere. A relative one names a
file, and its #anchor a heading of that file; one of the web names a public host. Every `cmake/setup.sh STEP` and `--preset NAME`
of these pages exists. README.md is short."""
import ipaddress
import json
import pathlib
import re
import sys

import markdown

LINK = re.compile(r"\[(?:[^\]\[]|\[[^\]]*\])*\]\(<?([^)\s>]+)>?(?: +\"[^\"]*\")?\)")
ADDRESS = re.compile(r"\bhttps?://([^\s/:)>\]`'\"]+)")
STEP = re.compile(r"cmake/setup\.sh +([a-z][\w-]*)")
PRESET = re.compile(r"--preset[ =]([\w-]+)")
PRIVATE_ENDINGS = (".local", ".localhost", ".localdomain", ".internal", ".intranet", ".lan", ".corp", ".home", ".test", ".invalid",
                   ".onion")


def public(host):
    """Whether anybody can reach this host."""
    host = host.lower()
    try:
        return ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." in host and not host.endswith(PRIVATE_ENDINGS)


def wrong_link(page, target, source):
    """Why a link leads nowhere, or None."""
    if re.match(r"(?:https?|mailto):", target):
        return None # its host is looked at with all others
    if re.match(r"[a-z]+:", target):
        return "expected a link to a file or to https"
    name, _, anchor = target.partition("#")
    path = (page.parent / name).resolve() if name else page.resolve()
    if not path.exists():
        return "there is no such file"
    if source.resolve() not in path.parents:
        return "the file is outside of the repository"
    if anchor and anchor not in markdown.anchors(path):
        return f"{path.name} has no such heading"
    return None


def main():
    source = pathlib.Path(sys.argv[1])
    steps = set(STEP.findall(markdown.read(source / "cmake/setup.sh"))) # it prints them
    presets = {preset["name"] for preset in json.loads(markdown.read(source / "CMakePresets.json"))["configurePresets"]}
    assert steps and presets
    checked, wrong = 0, []
    for page in markdown.all_pages(source):
        for number, line in markdown.split(page)[1]:
            line = re.sub(r"`[^`]*`(?!\])", "", line) # code is no link, but the text of a link may be code
            for target in LINK.findall(line):
                checked += 1
                reason = wrong_link(page, target, source)
                if reason:
                    wrong.append((page, number, f"{target}: {reason}"))
        for number, line in enumerate(markdown.read(page).splitlines(), 1):
            wrong += [(page, number, f"{host} is no public host") for host in ADDRESS.findall(line) if not public(host)]
            wrong += [(page, number, f"cmake/setup.sh has no step '{step}'") for step in STEP.findall(line) if step not in steps]
            wrong += [(page, number, f"there is no preset '{name}'") for name in PRESET.findall(line) if name not in presets]
    length = len(markdown.read(source / "README.md").splitlines())
    if length > markdown.README_LINES and not markdown.README_IS_OLD:
        wrong.append((source / "README.md", length, f"expected at most {markdown.README_LINES} lines"))
    for page, number, reason in wrong:
        print(f"{page}:{number}: {reason}")
    print(f"{checked} links; {len(wrong)} faults")
    return len(wrong) > 0 or checked == 0


if __name__ == "__main__":
    sys.exit(main())
