"""Tests of what the tables and figures say."""
import pathlib
import tempfile
import unittest
import xml.etree.ElementTree

import figure
import results
import tables
from made_up import record


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
            record("joint", [(0.9, 0.0, 0.03, 0.9), (0.8, 0.0, 0.03, 0.9)]),
            record("svd", [(0.9, 0.2, 0.04, 0.9), (0.7, 0.2, 0.04, 0.9)]),
            record("joint", [(0.9, 0.03, 0.03, 0.9)], network="two"), record("svd", [(0.9, 0.0, 0.04, 0.9)], network="two"))
        rows = "| net | 2 | 1 | 1 | 1 | 1 | 1 |\n| two | 1 | 0 | 1 | 0 | 0 | 2 |\n| all | 3 | 1 | 2 | 1 | 1 | 3 |\n"
        self.assertIn(rows, files["size.md"])
        self.assertIn("| joint | 0.8 | 0.8 | 10 |", files["size.md"])  # a loss equal to the original's is not above it

    def test_shows_every_method_at_every_share(self):
        text = self.written(
            record("joint", [(0.9, -0.01, 0.03, 0.899)]), record("joint", [(0.9, -0.03, 0.03, 0.899), (0.75, 0.5, 0.01, 0.8)], seed=1),
            record("svd", [(0.9, 0.03, 0.04, 0.88)]))["size.md"]
        self.assertIn(
            "| 0.9 | -0.0200 +- 0.0300, seeds 0.0141 (-0.10 pp) | +0.0300 +- 0.0400 (-2.00 pp) [1 of 2 seeds] | svd: -0.0500 (-1.0 s.e.) |",
            text)
        self.assertIn("| 0.8 | +0.5000 +- 0.0100 (-10.00 pp) at 0.75 [1 of 2 seeds] | missing | no other |", text)
        self.assertIn("| joint | 0.9 | 0.9 | 10 |\n| svd | never | never | 10 |\n", text)

    def test_ablated_runs_stay_out_of_the_comparison(self):
        files = self.written(
            record("joint", [(0.9, 0.0, 0.03, 0.9)]), record("joint", [(0.9, 0.4, 0.04, 0.9)], without=["refit"]),
            record("svd", [(0.9, 0.2, 0.04, 0.9)]), record("joint", [(0.9, 0.0, 0.03, 0.9)], network="whole"))
        self.assertIn("| 0.9 | +0.0000 +- 0.0300 (+0.00 pp) | +0.2000", files["size.md"])
        self.assertIn("| kept | without refit |\n| --- | --- |\n| 0.9 | +0.4000 +- 0.0500 (n = 1) |\n", files["size-ablation.md"])
        self.assertNotIn("## whole", files["size-ablation.md"])

    def test_says_when_builds_are_mixed(self):
        point = [(0.9, 0.0, 0.03, 0.9)]
        self.assertNotIn("different builds", self.written(record("joint", point), record("svd", point))["size.md"])
        self.assertIn("different builds", self.written(record("joint", point), record("svd", point, build="b2"))["size.md"])

    def test_lists_every_point(self):
        lines = self.written(record("joint", [(0.9, 0.25, 0.03, 0.9)], without=["a", "b"]))["size.csv"].splitlines()
        self.assertEqual(lines[1], "net,joint,a+b,0,0.9,0.25,0.03,0.0,0.5,")

    def test_figures_are_well_formed_and_name_every_method_with_points(self):
        files = self.written(record("joint", [(0.9, 0.0, 0.0, 0.9)]), record("a<b", [(0.8, 2.0, 0.1, 0.5)]), record("none", []))
        drawing = xml.etree.ElementTree.fromstring(files["net.size.svg"])
        words = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
        self.assertEqual([word for word in words if word in ("joint", "a<b", "none")], ["a<b", "joint"])

    def test_a_network_without_points_is_written_too(self):
        self.assertIn("| 0.9 | missing | no other |", self.written(record("joint", []))["size.md"])


class LabelTests(unittest.TestCase):
    def test_labels_keep_apart_and_inside(self):
        places = figure.spread([figure.TOP - 5, 100, 101, figure.BOTTOM - 1, figure.BOTTOM])
        self.assertEqual(places, [figure.TOP, 100, 100 + figure.LABEL_HEIGHT, figure.BOTTOM - figure.LABEL_HEIGHT, figure.BOTTOM])


if __name__ == "__main__":
    unittest.main()
