"""Everything public is documented, and the examples in docstrings are right."""
import doctest
import inspect
import unittest

import firesieve


def public():
    """Each public name and the object that it names."""
    for name in firesieve.__all__:
        thing = getattr(firesieve, name)
        yield name, thing
        if inspect.isclass(thing) and thing is not firesieve.Progress:
            for member, value in inspect.getmembers(thing):
                if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
                    yield f"{name}.{member}", value


class Documents(unittest.TestCase):
    def test_everything_public_is_described(self):
        for name, thing in public():
            if not isinstance(thing, str):
                self.assertTrue((thing.__doc__ or "").strip(), name)

    def test_examples_are_right(self):
        results = doctest.testmod(firesieve)
        self.assertGreater(results.attempted, 0)
        self.assertEqual(results.failed, 0)

    def test_signatures_are_shown(self):
        for function in (firesieve.Sieve.first, firesieve.Firewall.solve, firesieve.kernels):
            inspect.signature(function)
        self.assertIn("time_limit", inspect.signature(firesieve.Sieve.first).parameters)


if __name__ == "__main__":
    unittest.main()
