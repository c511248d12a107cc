"""No memory leaks, whatever happens."""
import gc
import itertools
import resource
import sys
import tracemalloc
import unittest
from itertools import islice

from firesieve import Firewall, InputError, Sieve, Stopped
from support import EXAMPLE, endless


def resident():
    """The peak memory of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Memory(unittest.TestCase):
    def check(self, action, times):
        """Checks that doing it `times` more times adds fewer memory blocks, and fewer references, than half of
        `times`."""
        shared = (InputError, Stopped, Sieve, Firewall)
        for _ in range(10):
            action()
        gc.collect()
        blocks = sys.getallocatedblocks()
        references = [sys.getrefcount(each) for each in shared]
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        for _ in range(times):
            action()
        gc.collect()
        large = tracemalloc.get_traced_memory()[0]  # may include a part of the table of interned strings
        tracemalloc.stop()
        self.assertLess(sys.getallocatedblocks() - blocks, times / 2)
        self.assertLess(large, 2e6 + 20 * times)
        for each, old in zip(shared, references):
            self.assertLess(sys.getrefcount(each) - old, times / 2)

    def test_nothing(self):
        kept = []
        with self.assertRaises(AssertionError):  # a test that cannot fail is a defect
            self.check(lambda: kept.append(object()), 300)

    def test_searches(self):
        sieve = Sieve("x mod 3 = 1").where(lambda x: x > 2**70)
        starts = itertools.count(2**70)  # numbers that nobody else holds

        def search():
            sieve.first(next(starts))
            sieve.count(next(starts), next(starts) + 10)
            Sieve("x mod 2 = 0", "x mod 2 = 1").first()

        self.check(search, 300)

    def test_firewalls(self):
        def use():
            firewall = Firewall(EXAMPLE)
            firewall.solve()
            firewall.explain()
            firewall.severity(0)
            firewall.catches(0)
            str(firewall)

        self.check(use, 300)

    def test_streams(self):
        starts = itertools.count(2**64 - 50)
        self.check(lambda: list(islice(Sieve().where(lambda x: x % 2).iter(next(starts)), 100)), 300)

    def test_errors(self):
        def fail():
            try:
                Sieve("x mod")
            except InputError:
                pass
            try:
                Sieve().where(lambda x: 1 // 0).first()
            except ZeroDivisionError:
                pass
            try:
                Sieve().first(method="fast")
            except ValueError:
                pass

        self.check(fail, 300)

    def test_stops(self):
        def stop():
            try:
                endless().first(progress=lambda progress: False)
            except Stopped:
                pass

        self.check(stop, 40)

    def test_the_library_frees_what_the_package_lets_go(self):
        text = "".join(f"{depth}: {depth % 1000 + 2}\n" for depth in range(100000)).encode()
        Firewall(text)
        before = resident()
        for _ in range(200):  # 1.6 MB each
            Firewall(text)
        self.assertLess(resident() - before, 100e6)


if __name__ == "__main__":
    unittest.main()
