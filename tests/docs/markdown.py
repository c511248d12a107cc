"""What the tests of README.md and docs share: the pages, their fenced blocks and their headings."""
import pathlib
import re

# README.md is still the long one that docs/ replaces: leave it out where its blocks are tested. Remove this once it is short.
README_IS_OLD = True
README_LINES = 200

LANGUAGES = {"console", "sh", "text", "c", "cpp", "python", "json", "cmake", "make"}
FENCE = re.compile(r"^```(.*)$")


class Block:
    """A fenced block: its language, the words after it, its lines, and the line of the page that its first line is."""

    def __init__(self, page, info, line):
        words = info.split()
        self.page, self.line, self.lines = page, line, []
        self.language, self.words = (words[0], set(words[1:])) if words else ("", set())

    @property
    def text(self):
        return "".join(line + "\n" for line in self.lines)


def read(path):
    return path.read_text(encoding="utf-8")


def example_pages(source):
    """The pages whose blocks are examples."""
    readme = [] if README_IS_OLD else [source / "README.md"]
    return readme + sorted((source / "docs").glob("*.md"))


def all_pages(source):
    """Every page that has links."""
    return [source / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted((source / "docs").glob("*.md"))


def split(page):
    """The blocks of a page, and its other lines as pairs of number and text."""
    blocks, prose, block = [], [], None
    for number, line in enumerate(read(page).splitlines(), 1):
        fence = FENCE.match(line)
        if block is not None and line == "```":
            blocks.append(block)
            block = None
        elif block is not None:
            block.lines.append(line)
        elif fence:
            block = Block(page, fence.group(1), number + 1)
        else:
            prose.append((number, line))
    if block is not None:
        raise SystemExit(f"{page}:{block.line - 1}: this block has no end")
    return blocks, prose


def anchors(page):
    """The anchors that GitHub gives the headings of a page."""
    found, seen = set(), {}
    for _, line in split(page)[1]:
        heading = re.match(r"#{1,6} +(.*?) *#*$", line)
        if not heading:
            continue
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1))
        anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        seen[anchor] = seen.get(anchor, -1) + 1
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
    return found
