"""Errors say what is wrong, and where, in words."""
import pickle
import unittest

from firesieve import Firewall, InputError, Limit, Sieve, Stopped
from support import endless


class Texts(unittest.TestCase):
    def test_an_error_has_line_column_and_message(self):
        with self.assertRaises(InputError) as caught:
            Firewall("0: 3\n1: 2\n4 - 4\n")
        error = caught.exception
        self.assertEqual((error.line, error.column), (3, 3))
        self.assertEqual(error.message, "expected ':' and a range after the depth, found '-'")
        self.assertEqual(
            str(error), "line 3, column 3: expected ':' and a range after the depth, found '-'\n    4 - 4\n      ^"
        )
        self.assertIsInstance(error, ValueError)

    def test_the_line_is_that_among_all_lines_of_a_sieve(self):
        sieve = Sieve("# seven\nx mod 7 = 1").allow(5, 1)
        with self.assertRaises(InputError) as caught:
            sieve.line("x mod 3 in {1, 2")
        self.assertEqual((caught.exception.line, caught.exception.column), (4, 17))
        with self.assertRaises(InputError) as caught:
            Sieve("x mod 3 = 1\nx mod = 2\n")
        self.assertEqual((caught.exception.line, caught.exception.column), (2, 7))

    def test_columns_are_characters_and_the_mark_is_below(self):
        with self.assertRaises(InputError) as caught:
            Firewall("\u00e9\u00e9: 3")
        self.assertEqual(caught.exception.column, 1)
        with self.assertRaises(InputError) as caught:
            Sieve("\tx mod 3 \u00e9")
        self.assertEqual(caught.exception.column, 10)
        self.assertEqual(str(caught.exception).splitlines()[1:], ["    \tx mod 3 \u00e9", "    \t        ^"])

    def test_an_error_can_be_pickled(self):
        with self.assertRaises(InputError) as caught:
            Sieve("x mod")
        again = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((str(again), again.column), (str(caught.exception), caught.exception.column))

    def test_layers_in_memory_have_no_line(self):
        for bad in ({-1: 3}, {0: 0}, {2**63: 3}, {0: 2**62 + 1}, {}, [(0, 3), (0, 4)]):
            with self.assertRaises(ValueError) as caught:
                Firewall(bad)
            self.assertNotIsInstance(caught.exception, InputError)
        for bad in ([3], [(0, 1, 2)], [("0", 1)], 3):
            with self.assertRaises(TypeError):
                Firewall(bad)


class Options(unittest.TestCase):
    def test_an_option_that_is_wrong_is_named(self):
        for name, bad in (
            ("method", "fast"), ("kernel", "mmx"), ("threads", -1), ("threads", 5000), ("memory", -1),
            ("time_limit", float("nan")), ("time_limit", -1),
        ):
            with self.assertRaisesRegex(ValueError, name):
                Sieve().first(**{name: bad})
        for name, bad in (("threads", 1.5), ("time_limit", "1"), ("progress", 3)):
            with self.assertRaisesRegex(TypeError, name):
                Sieve().first(**{name: bad})
        with self.assertRaises(TypeError):
            Sieve().explain(speed=3)


class Ends(unittest.TestCase):
    def test_a_time_limit_says_how_far_the_search_came(self):
        with self.assertRaises(Limit) as caught:
            endless().first(time_limit=0.05)
        self.assertIsInstance(caught.exception, TimeoutError)
        self.assertGreaterEqual(caught.exception.reached, 0)
        self.assertIsNone(caught.exception.count)
        self.assertIn("the time limit came first", str(caught.exception))

    def test_no_time_is_a_limit_too(self):
        with self.assertRaises(Limit):
            endless().first(time_limit=0)

    def test_a_count_that_is_ended_says_what_it_counted(self):
        seen = []

        def stop(progress):
            seen.append(progress)
            return progress.reached < 1000

        with self.assertRaises(Stopped) as caught:
            Sieve("x mod 2 = 0").where(lambda x: x % 3 == 0).count(0, 10**12, progress=stop)
        reached = caught.exception.reached
        self.assertGreaterEqual(reached, 1000)
        self.assertEqual(caught.exception.count, -(-reached // 6))

    def test_limit_and_stopped_can_be_caught_together(self):
        self.assertTrue(issubclass(Limit, Stopped))
        self.assertFalse(issubclass(Stopped, TimeoutError))


class Functions(unittest.TestCase):
    def test_what_a_condition_raises_ends_the_search(self):
        def fails(number):
            raise LookupError(f"of {number}")

        for search in ("first", "count"):
            with self.assertRaisesRegex(LookupError, "of [0-9]+"):
                getattr(Sieve().where(fails), search)(0, 10**9, threads=2)
        with self.assertRaises(LookupError):
            Sieve().where(fails).list(limit=1)

    def test_what_progress_raises_ends_the_search(self):
        def fails(progress):
            raise LookupError

        with self.assertRaises(LookupError):
            endless().first(progress=fails)
        with self.assertRaises(LookupError):
            next(endless().iter(progress=fails))

    def test_an_answer_without_a_truth_is_an_error(self):
        class Neither:
            def __bool__(self):
                raise ArithmeticError

        with self.assertRaises(ArithmeticError):
            Sieve().where(lambda x: Neither()).first()
        with self.assertRaises(ArithmeticError):
            endless().first(progress=lambda progress: Neither())


if __name__ == "__main__":
    unittest.main()
