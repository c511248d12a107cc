"""Ctrl-C, progress, and the interpreter's lock."""
import os
import signal
import threading
import time
import unittest

from firesieve import Firewall, Progress, Sieve, Stopped
from support import endless

# Seconds. A search that nothing else ends fails a test instead of blocking it for ever.
ENOUGH = 60


class Interrupts(unittest.TestCase):
    def interrupt_soon(self):
        """Sends SIGINT while the main thread searches; this thread does not need its lock."""
        sender = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
        self.addCleanup(sender.join)
        sender.start()

    def test_ctrl_c_ends_every_search(self):
        never = Sieve().where(lambda x: False)
        searches = (
            lambda: endless().first(time_limit=ENOUGH),
            lambda: endless().count(0, 10**38, time_limit=ENOUGH),
            lambda: next(endless().iter(time_limit=ENOUGH)),
            lambda: endless().first(progress=lambda progress: True, time_limit=ENOUGH),
            lambda: endless().first(threads=2, time_limit=ENOUGH),
            lambda: never.first(time_limit=ENOUGH),
        )
        for search in searches:
            self.interrupt_soon()
            with self.assertRaises(KeyboardInterrupt):
                search()

    def test_handlers_of_other_signals_run_while_it_searches(self):
        seen = []
        old = signal.signal(signal.SIGUSR1, lambda *_: seen.append(True))
        self.addCleanup(signal.signal, signal.SIGUSR1, old)
        sender = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
        sender.start()
        with self.assertRaises(Stopped):
            endless().first(progress=lambda progress: not seen, time_limit=ENOUGH)
        sender.join()
        self.assertEqual(seen, [True])

    def test_what_a_handler_raises_is_raised(self):
        def handler(*_):
            raise LookupError

        old = signal.signal(signal.SIGUSR1, handler)
        self.addCleanup(signal.signal, signal.SIGUSR1, old)
        sender = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
        sender.start()
        with self.assertRaises(LookupError):
            endless().first(time_limit=ENOUGH)
        sender.join()

    def test_an_iterator_goes_on_after_ctrl_c(self):
        armed = []

        def slow(number):
            if number == 5 and armed:
                armed.clear()
                raise KeyboardInterrupt
            return True

        numbers = Sieve().where(slow).iter(0, 8)
        armed.append(True)
        found = []
        while len(found) < 8:
            try:
                found.append(next(numbers))
            except KeyboardInterrupt:
                pass
        self.assertEqual(found, list(range(8)))


class Reports(unittest.TestCase):
    def test_progress_is_told_where_the_search_stands(self):
        told = []

        def progress(stands):
            told.append(stands)
            return len(told) < 5

        with self.assertRaises(Stopped) as caught:
            endless().first(10, progress=progress)
        self.assertEqual(len(told), 5)
        for stands in told:
            self.assertIsInstance(stands, Progress)
            self.assertEqual((stands.start, stands.stop), (10, 2**127))
            self.assertLessEqual(stands.reached, stands.window)
            self.assertTrue(0 <= stands.share <= 1)
        self.assertEqual([stands.seconds for stands in told], sorted(stands.seconds for stands in told))
        self.assertGreaterEqual(caught.exception.reached, 10)

    def test_false_stops_and_none_goes_on(self):
        for stops in (False, 0, ""):
            with self.assertRaises(Stopped):
                endless().first(progress=lambda progress: stops)
        calls = []

        def silent(progress):
            calls.append(True)
            if len(calls) == 3:
                raise EOFError
            return None

        with self.assertRaises(EOFError):
            endless().first(progress=silent)

    def test_progress_may_search(self):
        answers = []

        def progress(stands):
            answers.append(Firewall({0: 3, 1: 2, 4: 4, 6: 4}).solve())
            return len(answers) < 3

        with self.assertRaises(Stopped):
            endless().first(progress=progress)
        self.assertEqual(answers, [10, 10, 10])


class Lock(unittest.TestCase):
    def test_other_threads_run_while_one_searches(self):
        class Counted(Exception):
            pass

        def counted(*_):
            raise Counted

        def count():  # a search that held the lock would keep this from running
            time.sleep(0.1)  # until the search has begun
            sum(range(10**6))
            os.kill(os.getpid(), signal.SIGUSR1)

        old = signal.signal(signal.SIGUSR1, counted)
        self.addCleanup(signal.signal, signal.SIGUSR1, old)
        other = threading.Thread(target=count)
        self.addCleanup(other.join)
        begun = time.monotonic()
        with self.assertRaises(Counted):
            other.start()
            endless().first(time_limit=ENOUGH)
        self.assertLess(time.monotonic() - begun, ENOUGH)  # it did not run until the limit


if __name__ == "__main__":
    unittest.main()
