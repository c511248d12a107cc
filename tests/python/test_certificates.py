"""Answers with proofs, for anyone who does not trust this program."""
import os
import pathlib
import subprocess
import tempfile
import unittest

from firesieve import Firewall, Sieve
from support import EXAMPLE


class Certificates(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def certify(self, source, *bounds):
        """Returns the answer; the program has accepted its certificate."""
        path = self.folder / "proof"
        answer = source.certify(path, *bounds)
        program = os.environ.get("FIRESIEVE_PROGRAM")
        if program:
            (self.folder / "input").write_text(str(source))
            command = [program, "verify", "--certificate", str(path), str(self.folder / "input")]
            run = subprocess.run(command, capture_output=True, text=True, timeout=300)
            self.assertIn("certificate accepted", run.stdout + run.stderr)
        else:
            self.assertTrue(path.read_text().startswith("firesieve-certificate "))
        return answer

    def test_the_least_number(self):
        self.assertEqual(self.certify(Firewall(EXAMPLE)), 10)

    def test_a_range(self):
        self.assertIsNone(self.certify(Firewall(EXAMPLE), 11, 20))

    def test_that_nothing_is_left(self):
        self.assertIsNone(self.certify(Firewall({0: 2, 1: 2})))

    def test_of_a_sieve(self):
        self.assertEqual(self.certify(Sieve().allow(7, {1, 2, 4}).forbid(11, {0, 3}), 10**9), 10**9 + 2)

    def test_a_path_may_be_of_any_kind(self):
        for path in (self.folder / "a", str(self.folder / "b"), os.fsencode(self.folder / "c")):
            self.assertEqual(Firewall(EXAMPLE).certify(path), 10)
            self.assertTrue(os.path.exists(path))

    def test_what_cannot_be_written_is_an_error(self):
        with self.assertRaises(OSError):
            Firewall(EXAMPLE).certify(self.folder / "missing" / "proof")

    def test_functions_prove_nothing(self):
        with self.assertRaises(ValueError):
            Sieve().where(lambda x: True).certify(self.folder / "proof")


if __name__ == "__main__":
    unittest.main()
