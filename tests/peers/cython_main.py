"""Runs cython_try from the directory given as the first argument, where it was built."""
import sys

import peer

sys.path.insert(0, sys.argv.pop(1))
from cython_try import HIGHEST, solve  # noqa: E402

peer.main(solve, HIGHEST)
