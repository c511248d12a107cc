"""Writes the manual pages from what the programs say of themselves, with the macros of man(7).

manual.py [--check] DIRECTORY PROGRAM: DIRECTORY has PROGRAM.1.in, the page of the program, in which @COMMANDS@, @OPTIONS@
and @PAGES@ are filled in; each command gets a page of its own. --check writes nothing, but fails if a page is out of step.
"""

import argparse
import pathlib
import re
import subprocess
import sys

ESCAPES = {"\\": "\\e", "-": "\\-", "'": "\\(aq", '"': "\\(dq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"}
ROW = re.compile(r"  (?P<short>-.)?,? +--(?P<name>[a-z0-9-]+)(?:=(?P<argument>\S+))?(?:  +(?P<help>.*))?$")


def escape(text):
    """Text in which nothing is an escape of troff."""
    return "".join(ESCAPES.get(character, character) for character in text)


def verbatim(line):
    """A line that is no request either, although it may begin with a full stop."""
    return ("\\&" if line.startswith(".") else "") + escape(line)


def text(line):
    """A line in which --options and `quotations` are bold."""

    def part(match):
        if match["empty"]:
            return "(\\ )"  # of a picture: must neither stretch nor break
        if match["option"] or match["quotation"] is not None:
            return f"\\fB{escape(match['option'] or match['quotation'])}\\fR"
        return escape(match[0])

    parts = re.compile(r"(?P<option>--[a-z][a-z0-9-]*)|`(?P<quotation>[^`]*)`|(?P<empty>\( \))|.", re.DOTALL)
    return ("\\&" if line.startswith(".") else "") + parts.sub(part, line)


def operands(words):
    """Operands: words in capitals are italic, others bold."""
    return re.sub(
        r"[A-Z]+|[a-z-]+|[^A-Za-z-]",
        lambda match: f"\\f{'I' if match[0].isupper() else 'B'}{escape(match[0])}\\fR" if match[0][0].isalpha() or match[0][0] == "-" else match[0],
        words,
    )


def paragraphs(lines):
    """Paragraphs, parted by empty lines. Indented lines stay as they are."""
    out = []
    literal = parted = False
    for line in lines:
        indented = line.startswith(" ")
        if literal and not indented:
            out.append(".fi")
        if line:
            if parted or indented != literal:
                out.append(".PP")
            if indented and not literal:
                out.append(".nf")
            out.append(text(line))
        parted = not line
        literal = indented
    return out + [".fi"] * literal


def reference(title):
    return f"\\fB{escape(title.replace(' ', '-'))}\\fR(1)"


class Program:
    def __init__(self, path):
        self.path = path
        self.name, self.version = self.run("--version").split()
        self.help = self.run("--help")
        listed = re.search(r"^Commands:\n(.*?)\n\n", self.help, re.DOTALL | re.MULTILINE)[1]
        self.commands = [Command(self, *line.split(None, 1)) for line in listed.split("\n")]
        self.options = re.findall(rf"^  {self.name} (--\S+) +(.*)$", self.help, re.MULTILINE)

    def run(self, *arguments):
        return subprocess.run([self.path, *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout

    def fill_in(self, template):
        """The page of the program."""
        commands = []
        for command in self.commands:
            commands += [".TP", f"\\fB{escape(command.title)}\\fR {operands(command.operands)}"]
            commands += [f"{text(command.summary)}; see {reference(command.title)}"]
        if f"{self.name} help COMMAND" in self.help:
            commands += [".TP", f"\\fB{escape(self.name)} help\\fR \\fICOMMAND\\fR"]
            commands += [text("print the options of a command, with an example, as COMMAND --help does")]
        options = []
        for name, summary in self.options:
            options += [".TP", f"\\fB{escape(name)}\\fR", text(summary)]
        pages = [reference(command.title) + "," for command in self.commands]
        page = template.replace("@VERSION@", self.version)
        for marker, lines in (("@COMMANDS@", commands), ("@OPTIONS@", options), ("@PAGES@", pages)):
            page = page.replace(marker, "\n".join(lines))
        return page


class Command:
    def __init__(self, program, name, summary):
        self.program, self.name, self.summary = program, name, summary
        self.title = f"{program.name} {name}"
        head, rest = program.run(name, "--help").split("\n\nUsage: ", 1)
        assert head == f"{self.title}: {summary}", head
        usage, *lines = rest.rstrip("\n").split("\n")
        self.operands = usage.removeprefix(self.title + " ")
        self.example = lines.pop().strip()
        assert lines.pop() == "Example:"
        end = lines.index("")
        self.options = self.parse_options(lines[:end])
        self.details = lines[end + 1 : -1]

    @staticmethod
    def parse_options(lines):
        """The rows of the table of options. What follows a row, indented, continues its help."""
        rows = []
        for line in lines:
            row = ROW.match(line)
            if row:
                rows.append({**row.groupdict(), "help": row["help"] or ""})
            else:
                rows[-1]["help"] += " " + line.strip()
        return rows

    def expected(self, option):
        """What the value of an option must be, if its help does not say it: what the program tells a shell."""
        if not option["argument"]:
            return None
        offered = self.program.run("__complete", self.name, "--" + option["name"], "")
        expected = offered.strip()
        return expected if offered.startswith("\t") and expected != "{0}: {0}".format(option["argument"]) else None

    def page(self, statuses):
        title = escape(self.title.replace(" ", "-").upper())
        lines = [f'.TH {title} 1 "" "{self.program.name} {self.program.version}" "User Commands"']
        lines += [".SH NAME", f"{text(self.title.replace(' ', '-'))} \\- {text(self.summary)}"]
        lines += [".SH SYNOPSIS", f"\\fB{escape(self.title)}\\fR {operands(self.operands)}"]
        lines += [".SH DESCRIPTION", f"{self.summary[0].upper()}{text(self.summary[1:])}."]
        lines += [".PP", *paragraphs(self.details)] if self.details else []
        lines += [".SH OPTIONS"]
        for option in self.options:
            short = f"\\fB{escape(option['short'])}\\fR, " if option["short"] else ""
            argument = f"=\\fI{escape(option['argument'])}\\fR" if option["argument"] else ""
            lines += [".TP", f"{short}\\fB{escape('--' + option['name'])}\\fR{argument}", text(option["help"])]
            expected = self.expected(option)
            lines += [".br", text(expected)] if expected else []
        lines += [".SH EXAMPLE", ".EX", verbatim(self.example), ".EE"]
        return "\n".join([*lines, statuses, ".SH SEE ALSO", reference(self.program.name)]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("program")
    arguments = parser.parse_args()
    program = Program(arguments.program)
    template = (arguments.directory / f"{program.name}.1.in").read_text()
    statuses = re.search(r"^\.SH EXIT STATUS\n.*?(?=\n\.SH )", template, re.DOTALL | re.MULTILINE)[0]
    pages = {f"{program.name}.1": program.fill_in(template)}
    for command in program.commands:
        pages[f"{program.name}-{command.name}.1"] = command.page(statuses)
    head = f'.\\" Written by cmake/manual.py from what {program.name} --help says; changes here get lost.\n'
    pages = {name: head + page for name, page in pages.items()}
    present = {path.name: path.read_text() for path in arguments.directory.glob("*.1")}
    wrong = sorted(name for name in {**pages, **present} if pages.get(name) != present.get(name))
    if arguments.check:
        for name in wrong:
            print(f"{arguments.directory / name} is not what {program.name} --help says")
        return 1 if wrong else 0
    for name in wrong:
        path = arguments.directory / name
        if name in pages:
            path.write_text(pages[name])
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
