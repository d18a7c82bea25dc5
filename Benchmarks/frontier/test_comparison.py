"""Tests of how points are matched to shares, and methods compared."""
import math
import unittest

import comparison
import results
from made_up import GRID, point, record, runs
from results import CALIBRATED, LOSS, TOP1


class MatchingTests(unittest.TestCase):
    def at(self, share, *kept):
        run, = runs(record("svd", [point(one) for one in kept]))
        found = run.at(share, GRID)
        return found and found.kept

    def test_takes_the_largest_point_up_to_the_share(self):
        self.assertEqual(self.at(0.9, 0.85, 0.89, 0.91), 0.89)

    def test_allows_a_little_above_the_share(self):
        self.assertEqual(self.at(0.8, 0.804), 0.804)
        self.assertIsNone(self.at(0.8, 0.806))

    def test_a_point_stands_for_one_share_only(self):
        self.assertIsNone(self.at(0.9, 0.804))
        self.assertIsNone(self.at(0.9, 0.72))
        self.assertEqual(self.at(0.8, 0.72), 0.72)

    def test_the_step_goes_on_below_the_smallest_share(self):
        self.assertEqual(self.at(0.7, 0.61), 0.61)
        self.assertIsNone(self.at(0.7, 0.55))

    def test_points_without_a_test_loss_are_left_out(self):
        one = record("svd", [point(0.9)])
        one["report"]["points"][0]["loss"] = {"select": {"difference": 0.0, "standardError": 0.1}}
        self.assertEqual(results.run_of(one).points, ())


class ComparisonTests(unittest.TestCase):
    def lead(self, measure, joint, *others):
        records = [record("joint", joint)] + [record(f"other{index}", points) for index, points in enumerate(others)]
        return comparison.lead(comparison.cells_of(runs(*records), GRID), 0.9, measure)

    def test_the_best_other_one_is_found_for_each_measure(self):
        joint = [point(0.9, loss=(0.1, 0.03), calibrated=(0.1, 0.03), top1=(-0.01, 0.003))]
        others = [
            [point(0.9, loss=(0.3, 0.1), calibrated=(0.05, 0.04), top1=(-0.03, 0.1))],
            [point(0.9, loss=(0.2, 0.04), calibrated=(0.3, 0.1), top1=(-0.02, 0.004))]]
        for measure, margin, error in ((LOSS, 0.1, 0.05), (CALIBRATED, -0.05, 0.05), (TOP1, 1.0, 0.5)):
            found = self.lead(measure, joint, *others)
            self.assertAlmostEqual(found.margin, margin)
            self.assertAlmostEqual(found.error, error)

    def test_limit_of_one_error(self):
        other = [point(0.9, calibrated=(0.0, 0.04))]  # with joint's 0.03: an error of 0.05
        leads = [self.lead(CALIBRATED, [point(0.9, calibrated=(loss, 0.03))], other) for loss in (0.051, 0.049, -0.001)]
        self.assertEqual([(one.is_best, one.is_near_best) for one in leads], [(False, False), (False, True), (True, True)])

    def test_as_good_as_the_best_other_is_best(self):
        found = self.lead(TOP1, [point(0.9)], [point(0.9)])
        self.assertTrue(found.is_best and found.is_near_best)

    def test_a_missing_point_is_not_compared(self):
        self.assertIsNone(self.lead(LOSS, [point(0.9)], []))
        self.assertIsNone(self.lead(LOSS, [], [point(0.9)]))

    def test_a_missing_measure_is_not_compared(self):
        other = point(0.9)
        del other["accuracy"]
        self.assertIsNone(self.lead(TOP1, [point(0.9)], [other]))
        self.assertIsNotNone(self.lead(LOSS, [point(0.9)], [other]))

    def test_seeds_give_a_mean_and_add_their_spread_to_the_error(self):
        points = [[point(0.9, loss=(0.1, 0.02))], [point(0.88, loss=(0.3, 0.04))], []]
        cell = comparison.cell(runs(*(record("svd", one, seed=seed) for seed, one in enumerate(points))), 0.9, GRID)
        self.assertEqual(cell.seeds, 2)
        self.assertAlmostEqual(cell.kept, 0.89)
        self.assertAlmostEqual(cell.values[LOSS].mean, 0.2)
        self.assertAlmostEqual(cell.values[LOSS].error, math.hypot(0.03, 0.1))


class AblationTests(unittest.TestCase):
    def change(self, whole, partial):
        def of(losses):
            return runs(*(record("joint", [point(0.9, calibrated=(loss, 0.03))], seed=seed) for seed, loss in losses.items()))
        return comparison.change(of(whole), of(partial), 0.9, GRID, CALIBRATED)

    def test_pairs_seeds(self):
        mean, error, count = self.change({0: 0.1, 1: 0.5, 2: 9.0}, {1: 0.8, 0: 0.2, 3: 9.0})
        self.assertAlmostEqual(mean, 0.2)
        self.assertAlmostEqual(error, 0.1)
        self.assertEqual(count, 2)

    def test_one_seed_takes_the_errors_of_samples(self):
        mean, error, count = self.change({0: 0.1}, {0: 0.3})
        self.assertAlmostEqual(mean, 0.2)
        self.assertAlmostEqual(error, math.hypot(0.03, 0.03))
        self.assertEqual(count, 1)

    def test_without_a_pair_there_is_none(self):
        self.assertIsNone(self.change({0: 0.1}, {1: 0.3}))


if __name__ == "__main__":
    unittest.main()
