"""How to describe a sieve, and what it answers."""
import unittest

from firesieve import InputError, Sieve


class Sieves(unittest.TestCase):
    def test_the_least_number_that_avoids_residue_classes(self):
        sieve = Sieve().allow(7, {1, 2, 4}).forbid(11, {0, 3}).where("not square")
        self.assertEqual(sieve.first(10**12), 1000000000001)

    def test_lines_of_the_language(self):
        self.assertEqual(Sieve("x mod 7 in {1, 2, 4}", "x not square").first(), 2)
        self.assertEqual(Sieve("x mod 7 = 3\nx mod 5 = 1\n").first(), 31)
        self.assertEqual(Sieve().line("x mod p nonsquare for primes p in 3..7").first(), 17)

    def test_a_sieve_without_lines_leaves_everything(self):
        self.assertEqual(Sieve().first(), 0)
        self.assertEqual(Sieve().first(41), 41)
        self.assertEqual(Sieve().count(), 2**127)
        self.assertEqual(Sieve("# nothing", "").list(limit=3), [0, 1, 2])

    def test_residues_may_be_any_integers_in_any_order(self):
        self.assertEqual(Sieve().allow(7, [9, -1, 2, 6]).list(0, 10), [2, 6, 9])
        self.assertEqual(Sieve().allow(7, 3).list(0, 20), [3, 10, 17])
        self.assertEqual(Sieve().forbid(10, range(9)).list(0, 30), [9, 19, 29])
        self.assertEqual(Sieve().allow(2**62, {5}).list(6, limit=1), [2**62 + 5])

    def test_no_residue_allowed_leaves_nothing_and_none_forbidden_everything(self):
        self.assertIsNone(Sieve().allow(7, []).first())
        self.assertEqual(Sieve().forbid(7, []).list(limit=3), [0, 1, 2])

    def test_runs_of_residues_are_written_as_ranges(self):
        self.assertEqual(str(Sieve().allow(9, {8, 2, 3, 4, 0})), "x mod 9 in {0, 2..4, 8}\n")
        self.assertEqual(str(Sieve().forbid(9, {5})), "x mod 9 not in {5}\n")

    def test_conditions_of_the_library(self):
        self.assertEqual(Sieve().where("not square").list(limit=4), [2, 3, 5, 6])
        self.assertEqual(Sieve().where("not power").list(4, limit=3), [5, 6, 7])
        self.assertEqual(Sieve().where("prime").list(10, limit=3), [11, 13, 17])
        self.assertEqual(Sieve().where("x + {0, 2} prime").list(limit=3), [3, 5, 11])

    def test_a_function_as_a_condition(self):
        self.assertEqual(Sieve("x mod 2 = 0").where(lambda x: x % 3 == 0).list(limit=3), [0, 6, 12])
        self.assertEqual(Sieve().where(lambda x: x > 5).where(lambda x: x % 10 == 3).first(), 13)
        self.assertEqual(Sieve("x mod 2 = 1").where(lambda x: x > 90).count(0, 100), 5)

    def test_each_step_makes_a_new_sieve(self):
        odd = Sieve().forbid(2, {0})
        self.assertEqual(odd.allow(3, {0}).first(), 3)
        self.assertEqual(odd.where("prime").first(), 3)
        self.assertEqual(odd.where(lambda x: x > 8).first(), 9)
        self.assertEqual(odd.first(), 1)
        self.assertEqual(odd.lines, ("x mod 2 not in {0}",))

    def test_the_range_that_lines_ask_for_always_holds(self):
        sieve = Sieve("from 10", "to 20", "x mod 3 = 0")
        self.assertEqual(list(sieve), [12, 15, 18])
        self.assertEqual(sieve.list(0, 100), [12, 15, 18])
        self.assertEqual(sieve.list(13, 18), [15])
        self.assertEqual(sieve.count(20, 30), 0)
        self.assertIsNone(sieve.first(19))

    def test_none_means_that_nothing_is_left(self):
        self.assertIsNone(Sieve("x mod 2 = 0", "x mod 2 = 1").first())
        self.assertIsNone(Sieve("x mod 5 = 4").first(0, 4))

    def test_whether_a_number_is_left(self):
        sieve = Sieve("from 10", "x mod 3 = 0").where(lambda x: x != 15)
        self.assertEqual([x for x in range(20) if x in sieve], [12, 18])
        self.assertNotIn(-3, sieve)
        self.assertNotIn(3 * 2**127, sieve)
        with self.assertRaises(TypeError):
            0.5 in sieve

    def test_counting(self):
        self.assertEqual(Sieve().allow(7, {1, 2, 4}).count(0, 70), 30)
        self.assertEqual(Sieve().allow(7, {1, 2, 4}).count(70, 70), 0)

    def test_what_forbids_everything(self):
        cover = Sieve("x mod 2 = 0", "x mod 3 in {0, 1}", "x mod 2 = 1")
        self.assertEqual(cover.covers(), ("x mod 2 = 0", "x mod 2 = 1"))
        self.assertIsNone(Sieve("x mod 2 = 0").covers())
        self.assertIsNone(Sieve("x mod 2 = 0", "x not square").covers())

    def test_an_explanation(self):
        explanation = Sieve().allow(7, {1, 2, 4}).forbid(11, {0, 3}).explain()
        self.assertEqual(explanation["cycle"], 77)
        self.assertEqual(explanation["safe_in_cycle"], 27)

    def test_what_no_condition_can_be(self):
        for bad in (3, None, b"prime"):
            with self.assertRaises(TypeError):
                Sieve().where(bad)
        with self.assertRaises(ValueError):
            Sieve().allow(0, {0})
        with self.assertRaises(ValueError):
            Sieve().forbid(2**62 + 1, {0})
        with self.assertRaises(TypeError):
            Sieve().allow(7, {1.5})
        with self.assertRaises(InputError):
            Sieve("0: 3")


if __name__ == "__main__":
    unittest.main()
