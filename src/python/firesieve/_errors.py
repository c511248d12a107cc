"""The exceptions of firesieve, in a file of their own, where the extension module finds them while it is imported."""

from __future__ import annotations

from typing import Optional


class InputError(ValueError):
    """A text, or a line of a sieve, is not in its language.

    ``line`` and ``column`` count from 1, columns in characters; ``message`` says what was expected there, and
    ``text`` is the line. str() shows all of that, with a mark below the column.
    """

    line: int
    column: int
    message: str
    text: str

    def __init__(self, message: str, line: int = 0, column: int = 0, text: object = "") -> None:
        if isinstance(text, bytes):  # the library counts columns in bytes
            column = len(text[: max(column - 1, 0)].decode("utf-8", "replace")) + 1
            text = text.decode("utf-8", "replace").rstrip("\r")
        self.message = message
        self.line = line
        self.column = column
        self.text = str(text)
        super().__init__(self._shown())

    def _shown(self) -> str:
        shown = f"line {self.line}, column {self.column}: {self.message}"
        if not self.text.strip():
            return shown
        before = "".join("\t" if character == "\t" else " " for character in self.text[: self.column - 1])
        return f"{shown}\n    {self.text}\n    {before}^"

    def __reduce__(self) -> tuple:
        return type(self), (self.message, self.line, self.column, self.text)


class Stopped(Exception):
    """The progress function stopped a search.

    Everything below ``reached`` was searched, and nothing is left there but what was returned before. ``count`` is how
    many numbers count() found below it. Either is None if it is not known.
    """

    reached: Optional[int]
    count: Optional[int]

    def __init__(self, message: str, reached: Optional[int] = None, count: Optional[int] = None) -> None:
        super().__init__(message)
        self.reached = reached
        self.count = count

    def __str__(self) -> str:
        message = str(self.args[0])
        return message if self.reached is None else f"{message}; everything below {self.reached} was searched"


class Limit(Stopped, TimeoutError):
    """A limit was reached before an answer: the time limit, or 2^127, where every search ends."""
