"""Tests of the statistics; they need numpy, but neither images nor the command."""
import argparse
import unittest

import numpy

import tables
from intervals import clopper_pearson, mean_and_error, student95, student98


class IntervalTests(unittest.TestCase):
    def test_exact_intervals(self):
        for hits, trials, low, high in [(0, 200, 0, 0.01828), (10, 200, 0.02424, 0.09003), (200, 200, 0.98172, 1), (1, 2, 0.01258, 0.98742)]:
            interval = clopper_pearson(hits, trials)
            self.assertAlmostEqual(interval[0], low, places=4)
            self.assertAlmostEqual(interval[1], high, places=4)
        self.assertEqual(clopper_pearson(0, 0), (0, 1))

    def test_quantiles(self):
        self.assertAlmostEqual(student95(99), 1.6604, places=4)
        self.assertAlmostEqual(student98(99), 2.0812, places=4)

    def test_means_along_the_last_axis(self):
        mean, error = mean_and_error(numpy.array([[0.5, 0, -0.5, 1], [2, 2, 2, 2]]))
        self.assertEqual(list(mean), [0.25, 2])
        self.assertAlmostEqual(error[0], (1.25 / 3 / 4) ** 0.5)
        self.assertEqual(error[1], 0)


class SummaryTests(unittest.TestCase):
    def record(self, verdict, loss=0.0, calibrated=-0.01, right=0.0, tolerance=None, drop=None, certified=(), mode="compact"):
        truth = {
            name: {"difference": value, "standardError": 0.001}
            for name, value in (("losses", loss), ("calibrated", calibrated), ("right", right))}
        return {
            "mode": mode, "verdict": verdict, "kept": 0.5, "truth": None if verdict == "not-met" else truth, "certified": list(certified),
            "limits": {"tolerance": tolerance, "drop": drop}}

    def test_wrong_verdicts_are_those_whose_truth_is_beyond_a_claim(self):
        args = argparse.Namespace(modes=["compact", "drop"])
        records = [
            self.record("better", -0.01), self.record("better", calibrated=0.0005), self.record("acceptable", 0.005, tolerance=0.001),
            self.record("better", calibrated=0.0005, right=0.01, certified=["top-1 rises (95 %, n = 9)"]), self.record("not-met"),
            self.record("acceptable", right=-0.015, drop=0.02, mode="drop"), self.record("acceptable", right=-0.025, drop=0.02, mode="drop"),
            self.record("lossless", 0.02, drop=0.02, mode="drop")]
        compact, drop = tables.summary(records, args)
        self.assertEqual(compact["verdicts"], {"better": 3, "lossless": 0, "acceptable": 1, "not-met": 1})
        self.assertEqual(compact["wrong"], {"better": 1, "lossless": 0, "acceptable": 1})
        self.assertEqual(compact["wrongBeyondDoubt"], 1)
        self.assertEqual(drop["wrong"], {"better": 0, "lossless": 0, "acceptable": 1})
        self.assertEqual(drop["wrongClaims"]["drop"], 1)
        self.assertIn("2 of 5: 40.0 %", tables.verdicts(records, args))

    def test_nothing_passed(self):
        args = argparse.Namespace(modes=["compact"])
        self.assertIn("none", tables.verdicts([self.record("not-met")], args))


if __name__ == "__main__":
    unittest.main()
