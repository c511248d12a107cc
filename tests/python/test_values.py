"""Sieves and firewalls are values: they compare by content, and can be stored, copied and sent."""
import copy
import pickle
import subprocess
import sys
import unittest

import firesieve
from firesieve import Firewall, Sieve
from support import EXAMPLE


def even(number):
    return number % 2 == 0


class Values(unittest.TestCase):
    def test_equal_ones_are_equal(self):
        self.assertEqual(Sieve("x mod 3 = 1").where(even), Sieve().line("x mod 3 = 1").where(even))
        self.assertNotEqual(Sieve("x mod 3 = 1"), Sieve("x mod 3 = 2"))
        self.assertNotEqual(Sieve(), Sieve().where(even))
        self.assertEqual(Firewall(EXAMPLE), Firewall(str(Firewall(EXAMPLE))))
        self.assertNotEqual(Firewall(EXAMPLE), Firewall({0: 3}))
        self.assertEqual(len({Sieve("x prime"), Sieve("x prime"), Firewall({0: 3}), Firewall({0: 3})}), 2)

    def test_copies_are_the_same(self):
        for value in (Sieve("x prime"), Firewall(EXAMPLE)):
            self.assertIs(copy.copy(value), value)
            self.assertIs(copy.deepcopy(value), value)

    def test_pickled_and_back(self):
        for value in (Sieve("x prime", "from 5").where(even), Sieve(), Firewall(EXAMPLE)):
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                again = pickle.loads(pickle.dumps(value, protocol))
                self.assertEqual(again, value)
                self.assertEqual(again.list(0, 20), value.list(0, 20))

    def test_they_do_not_change(self):
        for value in (Sieve(), Firewall(EXAMPLE)):
            with self.assertRaises(AttributeError):
                value.lines = ()
            with self.assertRaises(AttributeError):
                value.anything = 1

    def test_a_text_is_read_again(self):
        sieve = Sieve("from 3", "x mod 7 in {1}  # a comment").where("prime")
        self.assertEqual(Sieve(str(sieve)), sieve)
        self.assertEqual(repr(Sieve("x prime")), "Sieve('x prime')")


class Module(unittest.TestCase):
    def test_version(self):
        self.assertRegex(firesieve.__version__, r"^\d+\.\d+\.\d+$")

    def test_kernels(self):
        kernels = firesieve.kernels()
        self.assertIn("scalar", [kernel["name"] for kernel in kernels])
        self.assertEqual(sum(kernel["best"] for kernel in kernels), 1)

    def test_cpu(self):
        cpu = firesieve.cpu()
        self.assertGreaterEqual(cpu["cpus"], 1)
        self.assertGreater(cpu["memory"], 0)

    def test_another_interpreter_is_refused(self):
        for name in ("_interpreters", "_xxsubinterpreters"):
            try:
                interpreters = __import__(name)
                break
            except ImportError:
                pass
        else:
            self.skipTest("this Python has no subinterpreters")
        program = "\n".join((
            f"import {name} as interpreters",
            "other = interpreters.create()",
            "answer = '''",
            "try:",
            "    import firesieve",
            "except ImportError as error:",
            "    print(error, flush=True)",
            "'''",
            "interpreters.run_string(other, answer)",
        ))
        self.assertTrue(interpreters)
        run = subprocess.run([sys.executable, "-B", "-c", program], capture_output=True, text=True, timeout=60)
        refused = "in the main interpreter only|does not support loading in subinterpreters"
        self.assertRegex(run.stdout + run.stderr, refused)


if __name__ == "__main__":
    unittest.main()
