"""Tests of how points are matched to shares, and methods compared."""
import math
import unittest

import comparison
import results
from made_up import GRID, record, runs


class MatchingTests(unittest.TestCase):
    def at(self, share, *kept):
        run, = runs(record("svd", [(one, 0.0, 0.1, 0.9) for one in kept]))
        point = run.at(share, GRID)
        return point and point.kept

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
        one = record("svd", [(0.9, 0.0, 0.1, 0.9)])
        one["report"]["points"][0]["loss"] = {"select": {"difference": 0.0, "standardError": 0.1}}
        self.assertEqual(results.run_of(one).points, ())


class ComparisonTests(unittest.TestCase):
    def compare(self, joint, *others, share=0.9):
        records = [record("joint", joint)] + [record(f"other{index}", points) for index, points in enumerate(others)]
        return comparison.compare(comparison.cells_of(runs(*records), GRID), share)

    def test_best_other_has_the_lowest_loss(self):
        compared = self.compare([(0.9, 0.1, 0.03, 0.9)], [(0.9, 0.3, 0.1, 0.9)], [(0.9, 0.2, 0.04, 0.9)])
        self.assertEqual(compared.best, "other1")
        self.assertAlmostEqual(compared.difference, -0.1)
        self.assertAlmostEqual(compared.error, 0.05)

    def test_limits_of_one_and_two_errors(self):
        other = [(0.9, 0.0, 0.04, 0.9)]  # with joint's 0.03: an error of 0.05
        judged = [
            (one.is_not_above, one.is_as_good, one.is_better)
            for one in (self.compare([(0.9, loss, 0.03, 0.9)], other) for loss in (0.051, 0.049, -0.001, -0.099, -0.101))]
        self.assertEqual(judged, [
            (False, False, False), (False, True, False), (True, True, False), (True, True, False), (True, True, True)])

    def test_equal_models_without_any_error_are_as_good_not_better(self):
        compared = self.compare([(0.9, 0.0, 0.0, 0.9)], [(0.9, 0.0, 0.0, 0.9)])
        self.assertEqual((compared.is_not_above, compared.is_as_good, compared.is_better), (True, True, False))

    def test_a_missing_point_is_never_a_win(self):
        point = [(0.9, -1.0, 0.01, 0.9)]
        for compared, best in ((self.compare(point, []), None), (self.compare([], point), "other0")):
            self.assertEqual(compared.best, best)
            self.assertFalse(compared.is_not_above or compared.is_as_good or compared.is_better)

    def test_seeds_give_means_and_a_spread(self):
        points = [[(0.9, 0.1, 0.02, 0.89)], [(0.88, 0.3, 0.04, 0.87)], []]
        cell = comparison.cell(runs(*(record("svd", one, seed=seed) for seed, one in enumerate(points))), 0.9, GRID)
        self.assertEqual(cell.seeds, 2)
        for value, expected in (
            (cell.kept, 0.89), (cell.loss, 0.2), (cell.error, 0.03), (cell.spread, math.sqrt(0.02)), (cell.top1, -2.0),
            (cell.total_error, math.sqrt(0.03 ** 2 + 0.01))):
            self.assertAlmostEqual(value, expected)

    def test_smallest_share(self):
        points = [(0.9, -0.1, 0.1, 0.9), (0.8, 0.0, 0.1, 0.9), (0.7, 0.1, 0.1, 0.9)]
        row = comparison.cells_of(runs(record("svd", points)), GRID)["svd"]
        self.assertEqual(comparison.smallest_share(row, lambda cell: cell.loss <= 0), 0.8)
        self.assertIsNone(comparison.smallest_share(row, lambda cell: cell.loss <= -1))


class AblationTests(unittest.TestCase):
    def increase(self, whole, partial):
        def of(losses):
            return runs(*(record("joint", [(0.9, loss, 0.03, 0.9)], seed=seed) for seed, loss in losses.items()))
        return comparison.increase(of(whole), of(partial), 0.9, GRID)

    def test_pairs_seeds(self):
        mean, error, count = self.increase({0: 0.1, 1: 0.5, 2: 9.0}, {1: 0.8, 0: 0.2, 3: 9.0})
        self.assertAlmostEqual(mean, 0.2)
        self.assertAlmostEqual(error, 0.1)
        self.assertEqual(count, 2)

    def test_one_seed_takes_the_errors_of_samples(self):
        mean, error, count = self.increase({0: 0.1}, {0: 0.3})
        self.assertAlmostEqual(mean, 0.2)
        self.assertAlmostEqual(error, math.hypot(0.03, 0.03))
        self.assertEqual(count, 1)

    def test_without_a_pair_there_is_none(self):
        self.assertIsNone(self.increase({0: 0.1}, {1: 0.3}))


if __name__ == "__main__":
    unittest.main()
