"""Many threads at once."""
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

from firesieve import Firewall, Sieve
from support import EXAMPLE


class Threads(unittest.TestCase):
    def test_eight_threads_solve_at_once(self):
        begin = threading.Barrier(8)

        def solve(start):
            begin.wait(60)
            shared = [firewall.solve(start) for _ in range(50)]
            own = Firewall(EXAMPLE).solve(start)
            return {*shared, own}

        firewall = Firewall(EXAMPLE)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(solve, range(0, 96, 12)))
        self.assertEqual(answers, [{start + 10} for start in range(0, 96, 12)])

    def test_eight_threads_share_a_sieve_with_a_function(self):
        sieve = Sieve("x mod 3 = 1").where(lambda x: x % 5 == 2)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda start: sieve.list(start, start + 60, threads=2), range(0, 480, 60)))
        expected = [x for x in range(480) if x % 3 == 1 and x % 5 == 2]
        self.assertEqual([x for answer in answers for x in answer], expected)

    def test_each_thread_may_have_its_own_stream(self):
        def stream(start):
            return sum(Sieve("x mod 2 = 1").iter(start, start + 20000))

        with ThreadPoolExecutor(8) as pool:
            sums = list(pool.map(stream, range(0, 160000, 20000)))
        self.assertEqual(sum(sums), 80000**2)

    def test_an_exception_stays_in_its_thread(self):
        def fails(number):
            raise LookupError

        def search(condition):
            try:
                return Sieve().where(condition).first(7)
            except LookupError:
                return "error"

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(search, [fails, lambda x: True] * 20))
        self.assertEqual(answers, ["error", 7] * 20)


if __name__ == "__main__":
    unittest.main()
