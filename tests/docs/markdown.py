"""Code shared by the tests of README.md and docs: the pages, their fenced blocks and their headings."""
import pathlib
import re

README_LINES = 200

LANGUAGES = {"console", "sh", "text", "c", "cpp", "python", "json", "cmake", "make"}
FENCE = re.compile(r"^```(.*)$")


class Block:
    """A fenced block: its language, the words after it, its lines, and the number of its first line in the page."""

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
    return [source / "README.md"] + sorted((source / "docs").glob("*.md"))


def all_pages(source):
    """Every page with links."""
    return [source / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted((source / "docs").glob("*.md"))


def blocks(page):
    """The fenced blocks of a page."""
    found, block = [], None
    for number, line in enumerate(read(page).splitlines(), 1):
        if block is not None and line == "```":
            found.append(block)
            block = None
        elif block is not None:
            block.lines.append(line)
        elif FENCE.match(line):
            block = Block(page, FENCE.match(line).group(1), number + 1)
    if block is not None:
        raise SystemExit(f"{page}:{block.line - 1}: this block is not closed")
    return found


def without_code(text):
    """The text of a page without code: blocks become empty lines, and code within lines vanishes. Line numbers stay."""
    text = re.sub(r"^```.*?^```$", lambda block: "\n" * block.group(0).count("\n"), text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*(?:\n[^`\n]+)?`(\]?)", lambda code: "\n" * code.group(0).count("\n") + code.group(1), text)


def anchors(page):
    """The anchors that GitHub gives the headings of a page."""
    found, seen = set(), {}
    headings = re.sub(r"^```.*?^```$", "", read(page), flags=re.MULTILINE | re.DOTALL)
    for heading in re.finditer(r"^#{1,6} +(.*?) *#*$", headings, re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1))
        anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        seen[anchor] = seen.get(anchor, -1) + 1
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
    return found
