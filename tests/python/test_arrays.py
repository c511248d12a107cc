"""NumPy arrays, if NumPy is installed."""
import importlib.util
import sys
import unittest
from unittest import mock

from firesieve import Limit, Sieve
from support import endless

HAS_NUMPY = importlib.util.find_spec("numpy") is not None


@unittest.skipUnless(HAS_NUMPY, "no NumPy")
class Arrays(unittest.TestCase):
    def test_an_array_is_what_a_list_is(self):
        array = Sieve().forbid(2, {0}).array(0, 5)
        self.assertEqual(str(array.dtype), "uint64")
        self.assertEqual(array.tolist(), [1, 3, 5, 7, 9])
        self.assertEqual(Sieve("x mod 3 = 0").array(1, stop=10).tolist(), [3, 6, 9])
        self.assertEqual(Sieve("x mod 3 = 0").array(0, 2, 100).tolist(), [0, 3])
        self.assertEqual(Sieve("x mod 3 = 0").array(0, 5, 7).tolist(), [0, 3, 6])
        self.assertEqual(Sieve().array(0, 0).tolist(), [])
        self.assertEqual(Sieve().array(5, stop=5).tolist(), [])

    def test_an_array_can_be_written_to(self):
        array = Sieve().array(0, 3)
        array[0] = 7
        self.assertEqual(array.tolist(), [7, 1, 2])

    def test_many_numbers(self):
        array = Sieve().forbid(2, {0}).array(0, 10**6)
        self.assertEqual(int(array.sum()), 10**12)

    def test_numbers_that_do_not_fit_are_an_error(self):
        self.assertEqual(Sieve().array(2**64 - 2, 2).tolist(), [2**64 - 2, 2**64 - 1])
        with self.assertRaisesRegex(OverflowError, "2\\^64"):
            Sieve().array(2**64 - 2, 3)

    def test_a_limit_ends_it(self):
        with self.assertRaises(Limit):
            endless().array(0, 1, time_limit=0.05)


class WithoutNumPy(unittest.TestCase):
    def test_it_says_what_is_missing(self):
        with mock.patch.dict(sys.modules, {"numpy": None}):
            with self.assertRaisesRegex(ImportError, "NumPy"):
                Sieve().array(0, 5)

    def test_an_array_has_an_end(self):
        with self.assertRaisesRegex(TypeError, "count or a stop"):
            Sieve().array()


if __name__ == "__main__":
    unittest.main()
