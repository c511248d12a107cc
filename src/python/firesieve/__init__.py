"""firesieve finds the least integer that avoids residue classes.

    >>> import firesieve
    >>> sieve = firesieve.Sieve().allow(7, {1, 2, 4}).forbid(11, {0, 3}).where("not square")
    >>> sieve.first(10**12)
    1000000000001

A Sieve is made of constraints on an integer x, 0 <= x < 2^127. A Firewall has layers of sweeping scanners, each of
which catches the delays of one residue class. Both are immutable values: any number of threads may use one at the
same time, and no search holds the interpreter's lock. Ctrl-C ends every search.
"""

from __future__ import annotations

import operator
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Callable, List, Optional, Union

from firesieve._errors import InputError, Limit, Stopped
from firesieve._firesieve import Problem as _Problem
from firesieve._firesieve import Progress, cpu, kernels
from firesieve._firesieve import version as __version__

__all__ = ["Firewall", "InputError", "Limit", "Progress", "Sieve", "Stopped", "__version__", "cpu", "kernels"]

_END = 2**127  # of all numbers
_EVERYTHING = "x mod 1 = 0"  # stands for no line at all, which the library refuses
_CLASSES = re.compile(r"\s*x\b.*\b(mod|coprime)\b")  # a line that is about residue classes and nothing else
_CONSTRAINS = re.compile(r"\s*x\b")  # unlike comments and the ends of the range
_BEGINS_A_LINE = re.compile(r"\s*(x|from|to)\b")

# The options of all searches, in the order of the extension module.
_OPTIONS = """
        Searched are the numbers from ``start`` up to but not including ``stop``, or 2^127, that are within the range
        of lines ``from`` and ``to``. ``threads`` is the number of threads (0: one per CPU), ``method`` one of auto,
        simulate, closed-form, scan, wheel and focus, ``kernel`` a name from kernels(), and ``memory`` the bytes that
        tables may take (0: a quarter of what is available).

        ``time_limit`` is in seconds; if it is reached first, Limit is raised. ``progress`` is called with a Progress
        up to about a hundred times a second: if it returns something false other than None, Stopped is raised.
"""


def _with_options(function: Callable) -> Callable:
    """Appends what the options mean to a docstring."""
    function.__doc__ = f"{function.__doc__ or ''}{_OPTIONS}"
    return function


def _search(
    filters: tuple[Callable[[int], object], ...],
    start: Optional[int],
    stop: Optional[int],
    *,
    threads: int = 0,
    method: str = "auto",
    kernel: Optional[str] = None,
    memory: int = 0,
    time_limit: Optional[float] = None,
    progress: Optional[Callable[[Progress], object]] = None,
) -> tuple:
    """The arguments of a search for the extension module."""
    return start, stop, threads, method, kernel, memory, time_limit, progress, filters


class _Searchable:
    """What sieves and firewalls share. `_problem` is what is searched."""

    __slots__ = ()

    _problem: _Problem
    _filters: tuple[Callable[[int], object], ...] = ()

    @_with_options
    def first(
        self,
        start: Optional[int] = None,
        stop: Optional[int] = None,
        *,
        threads: int = 0,
        method: str = "auto",
        kernel: Optional[str] = None,
        memory: int = 0,
        time_limit: Optional[float] = None,
        progress: Optional[Callable[[Progress], object]] = None,
    ) -> Optional[int]:
        """The least number that is left, or None if there is none.

        Without ``stop``, None means that no integer at all is left, and that this is proved; a search that reaches
        2^127 without an answer raises Limit.
        """
        return self._problem.first(start, stop, threads, method, kernel, memory, time_limit, progress, self._filters)

    @_with_options
    def count(
        self,
        start: Optional[int] = None,
        stop: Optional[int] = None,
        *,
        threads: int = 0,
        method: str = "auto",
        kernel: Optional[str] = None,
        memory: int = 0,
        time_limit: Optional[float] = None,
        progress: Optional[Callable[[Progress], object]] = None,
    ) -> int:
        """How many numbers are left from ``start`` up to but not including ``stop``, or 2^127.

        A Limit or Stopped has the ``count`` of those below its ``reached``.
        """
        return self._problem.count(start, stop, threads, method, kernel, memory, time_limit, progress, self._filters)

    @_with_options
    def iter(
        self,
        start: Optional[int] = None,
        stop: Optional[int] = None,
        *,
        threads: int = 0,
        method: str = "auto",
        kernel: Optional[str] = None,
        memory: int = 0,
        time_limit: Optional[float] = None,
        progress: Optional[Callable[[Progress], object]] = None,
    ) -> Iterator[int]:
        """The numbers that are left, ascending, one at a time, as they are asked for.

        ``time_limit`` applies to each step. After a Limit or Stopped, or an exception from ``progress``, next()
        continues where it was. An iterator is for one thread at a time, and cannot be copied.
        """
        return self._problem.iterate(start, stop, threads, method, kernel, memory, time_limit, progress, self._filters)

    def __iter__(self) -> Iterator[int]:
        return self.iter()

    def __contains__(self, number: int) -> bool:
        """Whether this number is left."""
        number = operator.index(number)
        return 0 <= number < _END and self.first(number, number + 1, threads=1) is not None

    def list(
        self, start: Optional[int] = None, stop: Optional[int] = None, *, limit: Optional[int] = None, **options: Any
    ) -> List[int]:
        """The numbers that are left, ascending, at most ``limit`` of them; other options are those of iter()."""
        return list(islice(self.iter(start, stop, **options), limit))

    def array(
        self, start: Optional[int] = None, count: Optional[int] = None, stop: Optional[int] = None, **options: Any
    ) -> Any:
        """The numbers that are left, ascending, as a NumPy array of uint64.

        There are ``count`` of them, or fewer if no more are below ``stop``; at least one of the two must be given.
        Raises OverflowError if a number is 2^64 or more, and ImportError without NumPy. Other options are those of
        first().
        """
        if count is None and stop is None:
            raise TypeError("array() needs a count or a stop")
        search = _search(self._filters, start, stop, **options)
        try:
            import numpy
        except ImportError as error:
            raise ImportError("array() needs NumPy, which is not installed; iter() does not") from error
        if count is not None and operator.index(count) == 0:  # 0 means all of them to the library
            return numpy.zeros(0, dtype=numpy.uint64)
        numbers = self._problem.array(0 if count is None else count, search)
        return numpy.frombuffer(numbers, dtype="<u8").astype(numpy.uint64, copy=False)

    def explain(self, start: Optional[int] = None, stop: Optional[int] = None, **options: Any) -> dict[str, Any]:
        """What firesieve finds and how it would search, as a dict whose keys are the members of firesieve_explanation.

        ``reason`` is None, or the fact that proves that nothing is left; then there is no plan of a search, and
        ``blocking`` has the indices of layers or lines that already forbid everything. Options are those of first().
        """
        return self._problem.explain(*_search(self._filters, start, stop, **options))

    def certify(
        self,
        path: Union[str, bytes, os.PathLike],
        start: Optional[int] = None,
        stop: Optional[int] = None,
        **options: Any,
    ) -> Optional[int]:
        """The same as first(), but a proof of the answer is written to a file, for ``firesieve verify --certificate``.

        The file keeps its old content until the new one is complete. Options are those of first(); ``time_limit``
        applies to the search, and again to the certificate.
        """
        if self._filters:
            raise ValueError("a certificate cannot prove what a Python function decides")
        return self._problem.certify(os.fsencode(path), _search((), start, stop, **options))

    def covers(self, *, time_limit: Optional[float] = None) -> Optional[tuple]:
        """None if some number is left; otherwise what already forbids all of them.

        That is a tuple of lines of a Sieve, or of (depth, range) of a Firewall, which is minimal if that can be found
        in a few seconds. Functions given to where() are not called. Raises Limit if neither is found in ``time_limit``
        seconds, or below 2^127.
        """
        search = _search((), None, None, time_limit=time_limit)
        explanation = self._problem.explain(*search)
        if explanation["reason"] is not None:
            return self._blocking(explanation["blocking"])
        if self._leaves_some(explanation):
            return None
        left = self._problem.first(*search)
        return None if left is not None else self._blocking(None)

    def _blocking(self, indices: Optional[List[int]]) -> tuple:
        """What has these indices, or everything if they are not known."""
        raise NotImplementedError

    def _leaves_some(self, explanation: dict[str, Any]) -> bool:
        """Whether some number is certainly left: each component leaves residues of its cycle, and cycles are coprime."""
        return bool(explanation["density_exact"] and explanation["density"] > 0)

    def __copy__(self) -> "_Searchable":
        return self

    def __deepcopy__(self, memo: dict) -> "_Searchable":
        return self


# ---- Sieves -----------------------------------------------------------------------------------------------


def _encode(text: Union[str, bytes]) -> bytes:
    return text.encode() if isinstance(text, str) else bytes(text)


def _checked(text: Union[str, bytes], before: int) -> tuple[str, ...]:
    """The lines of a text that follows `before` other lines. Raises InputError if one is not in the language."""
    lines = _encode(text).decode().removesuffix("\n").split("\n")
    for number, line in enumerate(lines, before + 1):
        try:
            _Problem(_encode(f"{_EVERYTHING}\n{line}"))  # by itself `from 1` would constrain nothing
        except InputError as error:
            raise InputError(error.message, number, error.column, line) from None
    return tuple(lines)


def _modulus(modulus: int) -> int:
    modulus = operator.index(modulus)
    if not 1 <= modulus <= 2**62:
        raise ValueError(f"modulus: expected an integer from 1 to 2^62, found {modulus}")
    return modulus


def _runs(residues: list[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of consecutive integers in an ascending list."""
    first = 0
    for index in range(1, len(residues) + 1):
        if index == len(residues) or residues[index] != residues[index - 1] + 1:
            yield residues[first], residues[index - 1]
            first = index


def _residue_line(modulus: int, relation: str, residues: Union[int, Iterable[int]]) -> str:
    """A line of the language: `x mod 7 in {1, 2, 4..6}`. It has no empty set: in none of them is `not in` all of them."""
    given = residues if isinstance(residues, Iterable) else (residues,)
    ascending = sorted({operator.index(residue) % modulus for residue in given})
    if not ascending:
        opposite = {"in": "not in", "not in": "in"}[relation]
        return f"x mod {modulus} {opposite} {{0..{modulus - 1}}}"
    items = ", ".join(str(low) if low == high else f"{low}..{high}" for low, high in _runs(ascending))
    return f"x mod {modulus} {relation} {{{items}}}"


class Sieve(_Searchable):
    """Constraints on an integer x, 0 <= x < 2^127; without any, everything is left.

        >>> Sieve("x mod 7 in {1, 2, 4}", "x not square").first()
        2

    Each argument is one line of the language of residues, or several. A sieve never changes: line(), allow(), forbid()
    and where() return a new one that has one more constraint. Text that is not in the language raises InputError.
    """

    __slots__ = ("_lines", "_filters", "_made")

    _lines: tuple[str, ...]
    _filters: tuple[Callable[[int], object], ...]
    _made: Optional[_Problem]

    def __init__(self, *lines: Union[str, bytes]) -> None:
        checked: List[str] = []
        for text in lines:
            checked += _checked(text, len(checked))
        self._lines = tuple(checked)
        self._filters = ()
        self._made = None

    def _extended(self, lines: tuple[str, ...], filters: tuple[Callable[[int], object], ...]) -> "Sieve":
        """A sieve of these lines, which have been checked, and filters."""
        made = object.__new__(type(self))
        made._lines = lines
        made._filters = filters
        made._made = None
        return made

    def line(self, line: str) -> "Sieve":
        """With one more line of the language of residues, such as ``x mod p square for primes p in 3..173``."""
        return self._extended((*self._lines, *_checked(line, len(self._lines))), self._filters)

    def allow(self, modulus: int, residues: Union[int, Iterable[int]]) -> "Sieve":
        """With x mod ``modulus`` in ``residues``, an integer or several; the modulus is from 1 to 2^62."""
        return self._extended((*self._lines, _residue_line(_modulus(modulus), "in", residues)), self._filters)

    def forbid(self, modulus: int, residues: Union[int, Iterable[int]]) -> "Sieve":
        """With x mod ``modulus`` not in ``residues``, an integer or several; the modulus is from 1 to 2^62."""
        return self._extended((*self._lines, _residue_line(_modulus(modulus), "not in", residues)), self._filters)

    def where(self, condition: Union[str, Callable[[int], object]]) -> "Sieve":
        """With one more condition: what follows ``x`` in a line, a whole line, or a function.

        ``"not square"``, ``"not power"``, ``"prime"`` and ``"x + {0, 2} prime"`` are conditions of the library. A
        function is called with each number that all lines leave, in no particular order, by several threads that take
        turns, and must give the same answer each time; an exception ends the search, which raises it.
        """
        if isinstance(condition, str):
            return self.line(condition if _BEGINS_A_LINE.match(condition) else f"x {condition}")
        if not callable(condition):
            raise TypeError(f"where: expected a text or a function, found {condition!r}")
        return self._extended(self._lines, (*self._filters, condition))

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the sieve, in the order they were given."""
        return self._lines

    @property
    def _problem(self) -> _Problem:
        if self._made is None:
            constrained = any(map(_CONSTRAINS.match, self._lines))
            lines = self._lines if constrained else (*self._lines, _EVERYTHING)
            self._made = _Problem(_encode("\n".join(lines)))
        return self._made

    def _blocking(self, indices: Optional[List[int]]) -> tuple[str, ...]:
        if not indices:
            return tuple(filter(_CONSTRAINS.match, self._lines))
        return tuple(self._lines[index] for index in sorted(indices))

    def _leaves_some(self, explanation: dict[str, Any]) -> bool:
        classes = all(map(_CLASSES.match, filter(_CONSTRAINS.match, self._lines)))
        return classes and super()._leaves_some(explanation)

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)

    def __repr__(self) -> str:
        lines = ", ".join(map(repr, self._lines))
        return f"Sieve({lines})" + "".join(f".where({function!r})" for function in self._filters)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sieve):
            return NotImplemented
        return self._lines == other._lines and self._filters == other._filters

    def __hash__(self) -> int:
        return hash((self._lines, self._filters))

    def __reduce__(self) -> tuple:
        return _sieve_of, (self._lines, self._filters)


def _sieve_of(lines: tuple[str, ...], filters: tuple[Callable[[int], object], ...]) -> Sieve:
    """For pickle."""
    return Sieve(*lines)._extended(lines, filters)


# ---- Firewalls --------------------------------------------------------------------------------------------


class Firewall(_Searchable):
    """Layers ``depth: range`` of scanners; the numbers left are the delays at which no layer catches the packet.

        >>> Firewall({0: 3, 1: 2, 4: 4, 6: 4}).solve()
        10

    Made from a text, a dict of ranges by depth, or pairs of depth and range. A layer catches the delays with (delay +
    depth) mod (2 * (range - 1)) == 0. Depths are distinct and below 2^63, ranges from 1 to 2^62; there is at least one
    layer. A text that is not a firewall raises InputError, other wrong layers ValueError.
    """

    __slots__ = ("_problem",)

    def __init__(self, layers: Union[str, bytes, Mapping[int, int], Iterable[tuple[int, int]]], /) -> None:
        if isinstance(layers, (str, bytes, bytearray, memoryview)):
            self._problem = _Problem(_encode(layers))
            if not self._problem.has_layers():
                raise ValueError("these are lines of residues, which firesieve.Sieve takes")
        else:
            self._problem = _Problem(list(layers.items() if isinstance(layers, Mapping) else layers))

    solve = _Searchable.first

    def catches(self, delay: int) -> bool:
        """Whether a layer catches a packet that waits ``delay`` picoseconds, 0 <= delay < 2^127."""
        return self._problem.catches(delay)

    def severity(self, delay: int) -> int:
        """The sum of depth * range over the layers that catch a packet that waits ``delay`` picoseconds."""
        return self._problem.severity(delay)

    @property
    def layers(self) -> tuple[tuple[int, int], ...]:
        """The layers as pairs of depth and range, in the order they were given."""
        return self._problem.layers()

    def _blocking(self, indices: Optional[List[int]]) -> tuple[tuple[int, int], ...]:
        layers = self.layers
        return layers if indices is None else tuple(layers[index] for index in indices)

    def __len__(self) -> int:
        return self._problem.size()

    def __str__(self) -> str:
        return "".join(f"{depth}: {range}\n" for depth, range in self.layers)

    def __repr__(self) -> str:
        layers = self.layers
        shown = ", ".join(f"{depth}: {range}" for depth, range in layers[:8])
        return f"Firewall({{{shown}{', ...' if len(layers) > 8 else ''}}})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Firewall):
            return NotImplemented
        return self.layers == other.layers

    def __hash__(self) -> int:
        return hash(self.layers)

    def __reduce__(self) -> tuple:
        return type(self), (self.layers,)
