"""The extension module of the package: the library, without the conveniences. Programs import `firesieve`."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Optional, Union

class Progress(NamedTuple):
    """Where a running search stands."""

    start: int
    stop: int
    reached: int
    window: int
    share: float
    window_seconds: float
    seconds: float

# start, stop, threads, method, kernel, memory, time_limit, progress, filters
_Search = tuple[
    Optional[int],
    Optional[int],
    int,
    str,
    Optional[str],
    int,
    Optional[float],
    Optional[Callable[[Progress], object]],
    tuple[Callable[[int], object], ...],
]

class Problem:
    """Layers or lines of residues, as the library holds them. Immutable."""

    def __new__(cls, source: Union[bytes, list[tuple[int, int]]], /) -> Problem: ...
    def first(self, *search: *_Search) -> Optional[int]: ...
    def count(self, *search: *_Search) -> int: ...
    def iterate(self, *search: *_Search) -> Iterator[int]: ...
    def array(self, limit: int, search: _Search, /) -> bytearray: ...
    def certify(self, path: bytes, search: _Search, /) -> Optional[int]: ...
    def explain(self, *search: *_Search) -> dict[str, Any]: ...
    def catches(self, delay: int, /) -> bool: ...
    def severity(self, delay: int, /) -> int: ...
    def layers(self) -> tuple[tuple[int, int], ...]: ...
    def has_layers(self) -> bool: ...
    def size(self) -> int: ...

def kernels() -> list[dict[str, Any]]: ...
def cpu() -> dict[str, Any]: ...

version: str
