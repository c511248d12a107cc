"""Runs cython_try as it was built into the directory that is the first argument."""
import sys

import peer

sys.path.insert(0, sys.argv.pop(1))
from cython_try import HIGHEST, solve  # noqa: E402

peer.main(solve, HIGHEST)
