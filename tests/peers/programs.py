"""The peers, and the commands that run them here."""
import importlib.util
import os
import shutil
import sys

NAMES = ("first_try", "second_try", "pypy", "numba", "cython", "plain_c")


def command(name, build):
    """The words of a peer's command before its options and files, or None if it is not installed. `build` is the
    directory in which CMake built the compiled peers."""
    here = os.path.dirname(os.path.abspath(__file__))
    if name in ("first_try", "second_try"):
        return [sys.executable, f"{here}/{name}.py"]
    if name == "pypy":
        pypy = shutil.which("pypy3")
        return pypy and [pypy, f"{here}/second_try.py"]
    if name == "numba":
        return importlib.util.find_spec("numba") and [sys.executable, f"{here}/numba_try.py"]
    if name == "cython":
        return os.path.exists(f"{build}/cython_try.so") and [sys.executable, f"{here}/cython_main.py", build] or None
    return [f"{build}/plain_c"]
