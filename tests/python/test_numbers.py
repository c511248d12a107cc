"""Integers are Python's, and exact up to 2^127."""
import unittest

from firesieve import Limit, Sieve

END = 2**127


class Numbers(unittest.TestCase):
    def test_every_size_comes_back_as_it_went_in(self):
        for bits in (0, 1, 31, 32, 62, 63, 64, 65, 100, 126):
            for number in (2**bits - 1, 2**bits, 2**bits + 1):
                self.assertEqual(Sieve().first(number), number)
                self.assertEqual(next(Sieve().iter(number)), number)

    def test_numbers_past_64_bits_are_found(self):
        sieve = Sieve().allow(10**9 + 7, {5}).allow(10**9 + 9, {6}).allow(10**9 + 21, {7})
        found = sieve.first()
        self.assertGreater(found, 2**64)
        self.assertEqual([found % modulus for modulus in (10**9 + 7, 10**9 + 9, 10**9 + 21)], [5, 6, 7])

    def test_an_iterator_passes_2_64(self):
        self.assertEqual(Sieve().list(2**64 - 1, limit=3), [2**64 - 1, 2**64, 2**64 + 1])

    def test_a_function_gets_exact_numbers(self):
        self.assertEqual(Sieve().where(lambda x: x == 2**100 + 3).first(2**100), 2**100 + 3)

    def test_2_127_is_an_end_and_no_number(self):
        self.assertEqual(Sieve().first(END - 1), END - 1)
        self.assertIsNone(Sieve("x mod 2 = 0").first(END - 1, END))
        with self.assertRaises(Limit) as caught:  # there may be more beyond it
            Sieve("x mod 2 = 0").first(END - 1)
        self.assertEqual(caught.exception.reached, END)

    def test_an_iterator_that_comes_to_2_127_says_so(self):
        numbers = Sieve().iter(END - 2)
        self.assertEqual([next(numbers), next(numbers)], [END - 2, END - 1])
        with self.assertRaises(Limit):
            next(numbers)
        self.assertEqual(list(Sieve().iter(END - 2, END)), [END - 2, END - 1])

    def test_what_is_out_of_range_is_said(self):
        for bad in (-1, END + 1, 2**128, 2**1000, -(2**1000)):
            with self.assertRaisesRegex(ValueError, "start: expected an integer from 0 to 2\\^127"):
                Sieve().first(bad)
        with self.assertRaisesRegex(TypeError, "start: expected an integer, found 1e12"):
            Sieve().first(type("Float", (float,), {"__repr__": lambda self: "1e12"})(1e12))
        with self.assertRaises(ValueError):
            Sieve().count(10, 5)

    def test_what_acts_as_an_integer_is_one(self):
        class Seven:
            def __index__(self):
                return 7

        self.assertEqual(Sieve().first(Seven()), 7)
        self.assertEqual(Sieve().allow(Seven(), Seven()).list(0, 10), [0, 7])


if __name__ == "__main__":
    unittest.main()
