#!/usr/bin/env python3
"""sessions.py SOURCE PROGRAM [short|long] [PAGE]...: runs the examples in README.md and docs/*.md, or in the PAGEs.

A block ```console is a session: a line `$ COMMAND`, lines `> MORE` that continue it, then the output on a terminal,
which is compared character by character. `...` alone on a line stands for any number of lines. Further words after
`console`:

    numbers   all numbers, with the units after them, and rows of numbers count as equal, and so do checksums and names
              of kernels: for times, rates and whatever depends on the machine
    long      runs only when this is called with `long`, as `ctest -C Long` does

The blocks of a page share a temporary directory, whose tests/golden is that of SOURCE. PROGRAM comes first in PATH."""
import difflib
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

import markdown

COMMAND_SECONDS = {"short": 120, "long": 900}
KERNEL = re.compile(r"\b(?:scalar|sse4\.1|avx2|avx512vbmi|avx512|neon|wasm)\b")
UNITS = r"(?:delays decided|[numµ]?s|min|h|years|%|[KMGT]i?B(?:/s)?|[KMG]/s|bytes|CPUs?|threads?)"
NUMBER = re.compile(rf"\b[0-9a-f]{{16,}}\b|~?(?<![\w.])[+-]?\d[\d,_]*(?:\.\d+)?(?:e[+-]?\d+)?(?: ?{UNITS}(?!\w))?")


def commands(block):
    """The commands of a session: the number of the first line of each, its text, and the lines that it should print."""
    found = []
    for number, line in enumerate(block.lines, block.line):
        if line.startswith("$ "):
            found.append((number, [line[2:]], []))
        elif not found:
            raise SystemExit(f"{block.page}:{number}: a session begins with a line '$ COMMAND'")
        elif line.startswith("> ") and not found[-1][2]:
            found[-1][1].append(line[2:])
        else:
            found[-1][2].append(line)
    return [(number, "\n".join(command), expected) for number, command, expected in found]


def plain(line, numbers):
    """A line in the form that is compared."""
    if not numbers:
        return line
    line = line.removesuffix(", in the middle of a window") # a search may stop anywhere
    line = re.sub(r"[ =|#]+", " ", NUMBER.sub("N", KERNEL.sub("KERNEL", line))).strip()
    return re.sub(r"\bN(?: N)+\b", "N", line)


def same(expected, output, error):
    """Whether a terminal could show the lines of standard output and standard error as expected; `...` is any number of
    lines. The two may be interleaved in any way, since pipes are not written line by line."""
    reached = {(0, 0)} # the possible numbers of lines shown so far from each
    for line in expected:
        if line == "...":
            reached = {(i, j) for first, second in reached for i in range(first, len(output) + 1)
                       for j in range(second, len(error) + 1)}
        else:
            reached = ({(i + 1, j) for i, j in reached if i < len(output) and output[i] == line} |
                       {(i, j + 1) for i, j in reached if j < len(error) and error[j] == line})
    return (len(output), len(error)) in reached


def run(command, directory, environment, seconds):
    """The lines of standard output and standard error, with the shell's line if a signal ended the command."""
    try:
        done = subprocess.run(["bash", "-c", command], cwd=directory, env=environment, stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=seconds)
    except subprocess.TimeoutExpired:
        return [], [f"stopped after {seconds} s"]
    ended = [signal.strsignal(-done.returncode)] if done.returncode < 0 else []
    return done.stdout.decode("utf-8", "replace").splitlines(), done.stderr.decode("utf-8", "replace").splitlines() + ended


def check_block(block, directory, environment, seconds):
    """Runs a session; prints and counts the commands that differ."""
    bad = 0
    numbers = "numbers" in block.words
    for line, command, expected in commands(block):
        output, error = run(command, directory, environment, seconds)
        if not same(*([plain(text, numbers) for text in lines] for lines in (expected, output, error))):
            bad += 1
            print(f"{block.page}:{line}: $ {command}")
            for text in difflib.unified_diff(expected, error + output, "the page", "the program", lineterm=""):
                print("    " + text)
    return bad


def main():
    source, program = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    mode = sys.argv[3] if len(sys.argv) > 3 else "short"
    pages = [pathlib.Path(name) for name in sys.argv[4:]] or markdown.example_pages(source)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FIRESIEVE_")}
    environment.update(LC_ALL="C", NO_COLOR="1", TERM="dumb")
    ran, bad = 0, 0
    for page in pages:
        with tempfile.TemporaryDirectory() as name:
            directory = pathlib.Path(name)
            (directory / "tests").mkdir()
            (directory / "tests/golden").symlink_to((source / "tests/golden").resolve())
            (directory / ".bin").mkdir()
            (directory / ".bin/firesieve").symlink_to(program.resolve())
            environment["PATH"] = f"{directory}/.bin:{os.environ['PATH']}"
            for block in markdown.blocks(page):
                unknown = block.words - ({"numbers", "long"} if block.language == "console" else set())
                if block.language not in markdown.LANGUAGES or unknown:
                    print(f"{page}:{block.line - 1}: expected a block with one of {', '.join(sorted(markdown.LANGUAGES))}, "
                          f"found '{' '.join([block.language, *sorted(unknown)])}'")
                    bad += 1
                elif block.language == "console" and (mode == "long" or "long" not in block.words):
                    ran += 1
                    bad += check_block(block, directory, environment, COMMAND_SECONDS[mode])
    print(f"{ran} sessions on {len(pages)} pages; {bad} differences")
    return bad != 0 or ran == 0


if __name__ == "__main__":
    sys.exit(main())
