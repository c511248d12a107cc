"""Numbers one after another, on demand."""
import copy
import gc
import pickle
import threading
import unittest
import weakref
from itertools import islice

from firesieve import Firewall, Limit, Sieve, Stopped
from support import endless


class Streams(unittest.TestCase):
    def test_a_stream_is_what_a_list_is(self):
        sieve = Sieve().allow(7, {1, 2, 4}).forbid(11, {0, 3})
        expected = [x for x in range(100000) if x % 7 in (1, 2, 4) and x % 11 not in (0, 3)]
        self.assertEqual(list(sieve.iter(0, 100000)), expected)

    def test_a_stream_has_no_end_and_is_asked_for_what_is_needed(self):
        odd = Sieve().forbid(2, {0}).iter()
        self.assertEqual(list(islice(odd, 3)), [1, 3, 5])
        self.assertEqual(next(islice(odd, 99999, None)), 7 + 2 * 99999)

    def test_after_the_end_there_is_nothing(self):
        numbers = Sieve("x mod 2 = 0").iter(0, 3)
        self.assertEqual(list(numbers), [0, 2])
        self.assertEqual(list(numbers), [])
        self.assertEqual(list(Sieve("x mod 2 = 0", "x mod 2 = 1")), [])

    def test_a_number_that_is_there_is_not_kept_back_by_a_search_for_the_next(self):
        asked = []  # at most a hundred times a second; and nothing is found after 99
        numbers = Sieve().where(lambda x: x < 100).iter(time_limit=30, progress=asked.append)
        self.assertEqual(list(islice(numbers, 100)), list(range(100)))
        self.assertLess(len(asked), 500)

    def test_after_a_limit_it_goes_on(self):
        numbers = endless().iter(time_limit=0.02)
        for _ in range(3):
            with self.assertRaises(Limit):
                next(numbers)

    def test_after_a_stop_it_goes_on(self):
        calls = []

        def once(progress):
            calls.append(progress)
            return len(calls) != 2

        numbers = Sieve().where(lambda x: x > 5000).iter(0, 5100, progress=once)
        found = []
        stops = 0
        while len(found) < 99:
            try:
                found.append(next(numbers))
            except Stopped:
                stops += 1
        self.assertEqual(found, list(range(5001, 5100)))
        self.assertLessEqual(stops, 1)  # none if the machine is too fast to be asked twice


class Lifetimes(unittest.TestCase):
    def test_a_stream_that_is_dropped_half_way_leaves_nothing(self):
        class Condition:
            def __call__(self, number):
                return number % 2 == 0

        condition = Condition()
        alive = weakref.ref(condition)
        numbers = Sieve().where(condition).iter(progress=condition)
        self.assertEqual([next(numbers), next(numbers)], [0, 2])
        del condition
        self.assertIsNotNone(alive())
        del numbers
        self.assertIsNone(alive())

    def test_a_stream_that_knows_itself_is_collected(self):
        class Condition:
            numbers = None

            def __call__(self, number):
                return True

        condition = Condition()
        alive = weakref.ref(condition)
        condition.numbers = Sieve().where(condition).iter()
        next(condition.numbers)
        del condition
        gc.collect()
        self.assertIsNone(alive())

    def test_a_stream_outlives_its_sieve(self):
        numbers = Firewall({0: 3, 1: 2, 4: 4, 6: 4}).iter()
        gc.collect()
        self.assertEqual(list(islice(numbers, 3)), [10, 22, 34])

    def test_a_stream_is_for_one_thread_at_a_time(self):
        entered = threading.Event()
        leave = threading.Event()

        def wait(number):
            entered.set()
            leave.wait(60)
            return True

        numbers = Sieve().where(wait).iter(0, 5, threads=1)
        found = []
        other = threading.Thread(target=lambda: found.append(next(numbers)))
        other.start()
        entered.wait(60)
        with self.assertRaisesRegex(ValueError, "already"):
            next(numbers)
        leave.set()
        other.join()
        self.assertEqual(found + list(numbers), [0, 1, 2, 3, 4])

    def test_a_condition_cannot_ask_its_own_stream(self):
        holder = []
        holder.append(Sieve().where(lambda x: next(holder[0])).iter(threads=1))
        with self.assertRaisesRegex(ValueError, "already"):
            next(holder[0])
        holder.clear()

    def test_a_stream_cannot_be_copied_or_made_by_hand(self):
        numbers = Sieve().iter()
        for attempt in (copy.copy, copy.deepcopy, pickle.dumps, lambda numbers: type(numbers)()):
            with self.assertRaises(TypeError):
                attempt(numbers)


if __name__ == "__main__":
    unittest.main()
