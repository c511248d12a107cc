"""Firewalls of layers: how to make, search and describe them."""
import unittest

from firesieve import Firewall
from support import EXAMPLE

TEXT = "0: 3\n1: 2\n4: 4\n6: 4\n"


class Firewalls(unittest.TestCase):
    def test_made_of_a_text_or_of_layers(self):
        self.assertEqual(Firewall(TEXT).solve(), 10)
        self.assertEqual(Firewall(TEXT.encode()).solve(), 10)
        self.assertEqual(Firewall(EXAMPLE).solve(), 10)
        self.assertEqual(Firewall(iter(EXAMPLE.items())).solve(), 10)
        self.assertEqual(Firewall([[6, 4], [0, 3], [1, 2], [4, 4]]).solve(), 10)

    def test_searched_counted_and_listed(self):
        firewall = Firewall(EXAMPLE)
        self.assertEqual(firewall.solve(11), 22)
        self.assertIsNone(firewall.solve(11, 20))
        self.assertEqual(firewall.count(0, 100), 8)
        self.assertEqual(firewall.count(), 14178431955039102644307275309657008810)
        self.assertEqual(firewall.list(limit=3), [10, 22, 34])
        self.assertEqual(firewall.list(0, 30), [10, 22])
        self.assertEqual(next(iter(firewall)), 10)

    def test_every_method_and_kernel_says_the_same(self):
        import firesieve

        for method in ("auto", "simulate", "closed-form", "scan", "wheel", "focus"):
            self.assertEqual(Firewall(EXAMPLE).solve(method=method, threads=2), 10)
        for kernel in firesieve.kernels():
            if kernel["runs_here"] and not kernel["emulated"]:
                self.assertEqual(Firewall(EXAMPLE).solve(method="scan", kernel=kernel["name"]), 10)

    def test_who_is_caught_and_how_badly(self):
        firewall = Firewall(EXAMPLE)
        self.assertTrue(firewall.catches(0))
        self.assertFalse(firewall.catches(10))
        self.assertEqual(firewall.severity(0), 24)
        self.assertEqual(firewall.severity(10), 0)
        self.assertIn(10, firewall)
        self.assertNotIn(11, firewall)

    def test_written_as_it_is_read(self):
        self.assertEqual(str(Firewall(EXAMPLE)), TEXT)
        self.assertEqual(len(Firewall(EXAMPLE)), 4)
        self.assertEqual(Firewall(TEXT).layers, ((0, 3), (1, 2), (4, 4), (6, 4)))
        self.assertEqual(repr(Firewall({0: 3, 1: 2})), "Firewall({0: 3, 1: 2})")

    def test_layers_that_catch_everything(self):
        firewall = Firewall({0: 2, 5: 9, 7: 2})
        self.assertIsNone(firewall.solve())
        self.assertEqual(firewall.covers(), ((0, 2), (7, 2)))
        self.assertIsNone(Firewall(EXAMPLE).covers())

    def test_an_explanation(self):
        explanation = Firewall(EXAMPLE).explain()
        self.assertEqual(explanation["layers"], 4)
        self.assertEqual(explanation["cycle"], 12)
        self.assertEqual(explanation["safe_in_cycle"], 1)
        self.assertIsNone(explanation["reason"])
        self.assertTrue(explanation["short_path"])
        self.assertTrue(explanation["plan"].startswith("firesieve-plan "))
        self.assertEqual([component["cycle"] for component in explanation["components"]], [12])
        self.assertIn("row_word", explanation["costs"])
        self.assertEqual(Firewall({0: 2, 1: 2}).explain()["blocking"], [0, 1])

    def test_lines_of_residues_are_a_sieve(self):
        with self.assertRaisesRegex(ValueError, "firesieve.Sieve"):
            Firewall("x mod 3 = 1")


if __name__ == "__main__":
    unittest.main()
