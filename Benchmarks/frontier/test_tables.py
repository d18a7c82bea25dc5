"""Tests of what the tables and figures say."""
import pathlib
import tempfile
import unittest
import xml.etree.ElementTree

import figure
import results
import tables
from made_up import point, record


class WritingTests(unittest.TestCase):
    def written(self, *records):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "runs").mkdir()
            for index, one in enumerate(records):
                results.write_record(folder / "runs" / f"{index}.json", one)
            tables.write(folder)
            return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}

    def test_counts_cells_over_networks(self):
        files = self.written(
            record("joint", [point(0.9, loss=(0.1, 0.03), top1=(-0.01, 0.0)), point(0.8)]),
            record("svd", [point(0.9, calibrated=(0.1, 0.03)), point(0.7)]),
            record("joint", [point(0.9, calibrated=(0.03, 0.03))], network="two"), record("svd", [point(0.9)], network="two"))
        self.assertIn(
            "| net | 1 | 0 | 0 | 1 | 1 | 0 | 0 | 1 |\n| two | 1 | 1 | 1 | 0 | 1 | 1 | 1 | 0 |\n| all | 2 | 1 | 1 | 1 | 2 | 1 | 1 | 1 |\n",
            files["size.md"])

    def test_shows_every_method_at_every_share_by_every_measure(self):
        text = self.written(
            record("joint", [point(0.9, (0.02, 0.01), (-0.01, 0.03), (-0.001, 0.0005), 0.125)]),
            record("svd", [point(0.9, (0.01, 0.01), (0.01, 0.03), (-0.002, 0.0005), 0.25), point(0.8)]))["size.md"]
        for title, joint, svd, last in (
            ("Change of top-1, percentage points", "**-0.10 ± 0.05**", "-0.20 ± 0.05", "+0.00 ± 0.00"),
            ("Change of the calibrated loss, nats", "**-0.0100 ± 0.0300**", "+0.0100 ± 0.0300", "+0.0000 ± 0.0000"),
            ("Change of the loss, nats", "+0.0200 ± 0.0100", "**+0.0100 ± 0.0100**", "+0.0000 ± 0.0000"),
            ("Answers that are not the original's, %", "**12.50**", "25.00", "0.00"),
        ):
            rows = f"| joint | {joint} | missing | missing |\n| svd | {svd} | **{last}** | missing |\n"
            self.assertIn(f"{title}:\n\n| method | 0.9 | 0.8 | 0.7 |\n| --- | --- | --- | --- |\n{rows}", text)

    def test_measures_that_a_report_does_not_tell_are_dashes(self):
        bare = {"keptShare": 0.9, "loss": {"certify": {"difference": 0.5, "standardError": 0.25, "upperBound95": 1.0}}}
        files = self.written(record("joint", [bare]), record("svd", [bare]))
        self.assertEqual(files["size.md"].count("| joint | - | missing | missing |\n"), 3)
        self.assertIn("| net | 1 | 0 | 0 | 0 | 0 | 1 | 1 | 0 |\n", files["size.md"])
        self.assertIn("net,joint,,0,500,0.9,,,,,,,0.5,0.25,1.0,,,,,\n", files["size.csv"])

    def test_tells_smaller_points_and_missing_seeds(self):
        text = self.written(record("joint", [point(0.9)]), record("joint", [point(0.9), point(0.75)], seed=1))["size.md"]
        remarks = "Far smaller than asked: joint 0.75 at 0.8. Fewer than 2 seeds: joint 1 at 0.8."
        self.assertIn(f"500 test samples. {remarks} Seconds a run: joint 10.\n", text)

    def test_ablated_runs_stay_out_of_the_comparison(self):
        files = self.written(
            record("joint", [point(0.9, calibrated=(0.1, 0.03))]),
            record("joint", [point(0.9, calibrated=(0.4, 0.04), top1=(-0.01, 0.001))], without=["refit"]),
            record("svd", [point(0.9)]), record("joint", [point(0.9)], network="whole"))
        self.assertIn("| joint | +0.1000 ± 0.0300 | missing", files["size.md"])
        self.assertIn("| refit | -1.00 ± 0.10 (n = 1) | missing | missing |\n", files["size-ablation.md"])
        self.assertIn("| refit | +0.3000 ± 0.0500 (n = 1) | missing | missing |\n", files["size-ablation.md"])
        self.assertNotIn("## whole", files["size-ablation.md"])

    def test_says_when_builds_are_mixed(self):
        points = [point(0.9)]
        self.assertNotIn("different builds", self.written(record("joint", points), record("svd", points))["size.md"])
        self.assertIn("different builds", self.written(record("joint", points), record("svd", points, build="b2"))["size.md"])

    def test_lists_every_point(self):
        points = [point(0.9, loss=(0.25, 0.5), calibrated=(0.125, 0.5), top1=(-0.5, 0.25), disagreement=0.75)]
        lines = self.written(record("joint", points, without=["a", "b"]))["size.csv"].splitlines()
        self.assertEqual(lines[1], "net,joint,a+b,0,500,0.9,-50.0,25.0,25.0,0.125,0.5,0.5,0.25,0.5,0.75,75.0,1.0,1.5,0.5,")
        self.assertEqual(lines[0].count(","), lines[1].count(","))

    def test_figures_are_well_formed_and_name_every_method_with_points_in_both_panels(self):
        files = self.written(
            record("joint", [point(0.9)]), record("a<b", [point(0.8, calibrated=(2.0, 0.1), top1=(-0.1, 0.01))]), record("none", []))
        drawing = xml.etree.ElementTree.fromstring(files["net.size.svg"])
        words = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
        self.assertEqual([word for word in words if word in ("joint", "a<b", "none")], ["joint", "a<b", "a<b", "joint"])

    def test_a_network_without_points_is_written_too(self):
        self.assertIn("| joint | missing | missing | missing |", self.written(record("joint", []))["size.md"])


class LabelTests(unittest.TestCase):
    def test_labels_keep_apart_and_inside(self):
        places = figure.spread([figure.TOP - 5, 100, 101, figure.BOTTOM - 1, figure.BOTTOM])
        self.assertEqual(places, [figure.TOP, 100, 100 + figure.LABEL_HEIGHT, figure.BOTTOM - figure.LABEL_HEIGHT, figure.BOTTOM])


if __name__ == "__main__":
    unittest.main()
