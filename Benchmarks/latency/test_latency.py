"""Tests of what needs neither networks nor ONNX Runtime: `python3 -m unittest discover Benchmarks/latency`."""
import math
import unittest

import arithmetic
import statistics_of_pairs as pairs
import tables


def record(time_kept=0.55, error=0.005, settled=True, target=0.9, **changes):
    """Of a file that keeps half of its arithmetic, and 0.6 of its parameters."""
    batch = {
        "batch": 1, "operations": {"before": 1000, "after": 500},
        "time": {"kept": time_kept, "error": error, "pairs": 20, "settled": settled, "before": 2.0, "after": 1.1}}
    return {
        "network": "net", "method": "svd", "optimize": "macs", "target": target,
        "measured": {"parameters": {"before": 100, "after": 60}, "batches": [batch]}, **changes}


class Pairs(unittest.TestCase):
    def test_median_and_error_of_known_values(self):
        center, error = pairs.median_with_error([1, 2, 3, 4, 5])
        self.assertEqual(center, 3)
        self.assertAlmostEqual(error, math.sqrt(math.pi / 2) * 1.4826 * 1 / math.sqrt(5))

    def test_one_value_that_is_far_off_hardly_counts(self):
        calm = pairs.median_with_error([1.0, 1.1, 0.9, 1.05, 0.95, 1.0])
        disturbed = pairs.median_with_error([1.0, 1.1, 0.9, 1.05, 0.95, 50.0])
        self.assertLess(abs(disturbed[0] - calm[0]), 0.05)
        self.assertLess(disturbed[1], 0.1)

    def test_drift_that_both_share_does_not_change_what_is_kept(self):
        before = [10.0 * (1 + step) for step in range(20)]
        share, error = pairs.kept(before, [value / 2 for value in before])
        self.assertEqual((share, error), (0.5, 0))

    def test_few_pairs_are_never_settled(self):
        self.assertFalse(pairs.is_settled([1.0] * 3, [0.5] * 3, 0.01))
        self.assertTrue(pairs.is_settled([1.0] * pairs.FEWEST_PAIRS, [0.5] * pairs.FEWEST_PAIRS, 0.01))

    def test_settled_is_relative_to_what_is_kept(self):
        # Deviations of 0.02 around 0.5: an error of 0.0048 for 60 pairs, which is 0.0095 of 0.5 and 0.095 of 0.05.
        before, spread = [1.0] * 60, [-0.02, 0.0, 0.02] * 20
        self.assertTrue(pairs.is_settled(before, [0.5 + value for value in spread], 0.01))
        self.assertFalse(pairs.is_settled(before, [0.05 + value for value in spread], 0.01))

    def test_gain_is_one_where_time_follows_arithmetic(self):
        self.assertEqual(pairs.gain(0.5, 0.01, 0.5), (1.0, 0.02))
        self.assertAlmostEqual(pairs.gain(0.6, 0.01, 0.5)[0], 0.8)
        self.assertIsNone(pairs.gain(0.9, 0.01, 1.0))

    def test_verdict_is_open_within_one_error(self):
        self.assertEqual(pairs.verdict((0.95, 0.02), 0.9), "met")
        self.assertEqual(pairs.verdict((0.85, 0.02), 0.9), "missed")
        self.assertEqual(pairs.verdict((0.89, 0.02), 0.9), "open")
        self.assertEqual(pairs.verdict((0.9, 0.0), 0.9), "met")


class Arithmetic(unittest.TestCase):
    def test_convolutions_count_positions_times_kernels(self):
        self.assertEqual(arithmetic.operations_of_node("Conv", [[2, 3, 8, 8], [16, 3, 3, 3]], [2, 16, 4, 4]), 2 * 16 * 4 * 4 * 27)
        depthwise = arithmetic.operations_of_node("Conv", [[1, 32, 8, 8], [32, 1, 3, 3]], [1, 32, 8, 8])
        self.assertEqual(depthwise, 32 * 64 * 9)

    def test_products_count_the_inner_length(self):
        self.assertEqual(arithmetic.operations_of_node("Gemm", [[5, 7], [3, 7]], [5, 3], transposed_right=True), 105)
        self.assertEqual(arithmetic.operations_of_node("Gemm", [[5, 7], [7, 3]], [5, 3]), 105)
        self.assertEqual(arithmetic.operations_of_node("MatMul", [[2, 4, 5, 7], [2, 4, 7, 3]], [2, 4, 5, 3]), 2 * 4 * 105)
        self.assertEqual(arithmetic.operations_of_node("Softmax", [[5, 7]], [5, 7]), 0)

    def test_profiles_of_packed_and_fused_operators_count_alike(self):
        packed = {"operator": "FusedGemm", "operands": [[5, 7], [3]], "result": [5, 3]}
        self.assertEqual(arithmetic.operations_of_profiled(packed), 105)
        fused = {"operator": "FusedConv", "operands": [[1, 3, 8, 8], [16, 3, 3, 3], [16]], "result": [1, 16, 8, 8]}
        self.assertEqual(arithmetic.operations_of_profiled(fused), 16 * 64 * 27)

    def test_convolutions_are_told_apart(self):
        def kind(weight, channels):
            return arithmetic.kind({"operator": "Conv", "operands": [[1, channels, 8, 8], weight], "result": []})

        self.assertEqual(kind([64, 32, 1, 1], 32), "Conv 1 x 1")
        self.assertEqual(kind([64, 1, 3, 3], 64), "Conv 3 x 3 depthwise")
        self.assertEqual(kind([64, 4, 3, 3], 64), "Conv 3 x 3, groups of 4")
        self.assertEqual(kind([8, 64, 1, 3], 64), "Conv 1 x 3, fewer than 16 channels")

    def test_kinds_are_summed_and_sorted_by_time(self):
        conv = {"operator": "Conv", "operands": [[1, 32, 8, 8], [64, 32, 1, 1]], "result": [1, 64, 8, 8], "us": 20}
        add = {"operator": "Add", "operands": [[1, 64, 8, 8]], "result": [1, 64, 8, 8], "us": 50}
        rows = arithmetic.by_kind({"a": conv, "b": conv, "c": add})
        self.assertEqual([(row["kind"], row["number"], row["ms"]) for row in rows], [("Add", 1, 0.05), ("Conv 1 x 1", 2, 0.04)])
        self.assertEqual(rows[1]["operations"], 2 * 64 * 64 * 32)


class Tables(unittest.TestCase):
    def test_row_has_every_column(self):
        titles, _, row = tables.summary([record()]).splitlines()
        self.assertEqual(titles.count("|"), row.count("|"))
        for text in ("0.600", "0.500", "0.550 +- 0.005", "0.90 +- 0.01"):
            self.assertIn(text, row)

    def test_miss_is_bold_and_doubt_is_marked(self):
        self.assertIn("**0.70 +- 0.01**", tables.summary([record(time_kept=0.65)]))
        self.assertIn("0.90 +- 0.01 (?)", tables.summary([record(time_kept=0.552)]))

    def test_what_is_not_settled_says_so(self):
        self.assertIn("0.550 +- 0.005 (not settled)", tables.summary([record(settled=False)]))

    def test_fixed_batch_leaves_the_others(self):
        with_fixed = record()
        with_fixed["measured"]["batches"].append({"batch": 8, "fixed": True, "reason": "Reshape"})
        row = tables.summary([with_fixed]).splitlines()[2]
        self.assertIn("fixed at 1", row)
        self.assertIn("0.550", row)

    def test_files_of_other_batches_share_a_table(self):
        other = record()
        other["measured"]["batches"][0]["batch"] = 4
        lines = tables.summary([record(), other]).splitlines()
        self.assertEqual({line.count("|") for line in lines}, {lines[0].count("|")})

    def test_operators_show_shares_and_speed(self):
        text = tables.operators([
            {"kind": "Conv 3 x 3", "number": 2, "ms": 3.0, "operations": 60_000_000}, {"kind": "Relu", "number": 1, "ms": 1.0, "operations": 0}])
        self.assertIn("| Conv 3 x 3 | 2 | 3.000 | 75.0% | 60.0 | 20.0 |", text)
        self.assertIn("| Relu | 1 | 1.000 | 25.0% |  |  |", text)


if __name__ == "__main__":
    unittest.main()
