"""Tests of what `run` calls and what it keeps, with a command that only prints a report."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import networks
from made_up import point, record

COMMAND = """#!{python}
import json, pathlib, sys
folder = pathlib.Path(__file__).parent
if sys.argv[1:] == ["--version"]:
    print((folder / "version").read_text())
    sys.exit()
(folder / "calls").open("a").write(json.dumps(sys.argv[1:]) + "\\n")
value = lambda option: sys.argv[sys.argv.index(option) + 1]
if value("--method") == "balf":
    sys.exit("no such luck")
report = json.loads((folder / "report").read_text())
report.update(method=value("--method"), seed=int(value("--seed")), version=(folder / "version").read_text())
print(json.dumps(report))
"""


class RunTests(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        for path in ("models/cifar10-resnet20/model.onnx", "models/cifar10-resnet20/valid.npz", "models/cifar10-resnet20/test.npz"):
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).touch()
        self.command = self.folder / "jointrank"
        self.command.write_text(COMMAND.format(python=sys.executable))
        self.command.chmod(0o755)
        (self.folder / "report").write_text(json.dumps(record("svd", [point(0.9)])["report"]))
        (self.folder / "version").write_text("1.0")

    def run_with(self, *options):
        """(the finished process, the command lines that it called)."""
        calls = self.folder / "calls"
        calls.write_text("")
        process = subprocess.run(
            [sys.executable, networks.HERE / "run", "--jointrank", self.command, "--out", self.folder / "out", *options],
            env={**os.environ, "JOINTRANK_MODELS": str(self.folder / "models")}, capture_output=True, text=True)
        return process, [json.loads(line) for line in calls.read_text().splitlines()]

    def test_runs_every_case_once(self):
        options = ["--models", "cifar10-resnet20", "--methods", "svd,joint", "--seeds", "0,1", "--jobs", "2"]
        process, calls = self.run_with(*options)
        self.assertEqual((process.returncode, len(calls)), (0, 4), process.stderr)
        self.assertEqual(calls[0][calls[0].index("--shares") + 1], "0.9,0.8,0.7,0.6,0.5,0.4,0.3,0.2")
        self.assertTrue((self.folder / "out" / "size.md").exists())
        self.assertEqual(self.run_with(*options)[1], [])
        self.assertEqual(len(self.run_with(*options, "--no-resume")[1]), 4)
        self.assertEqual(len(self.run_with(*options, "--shares", "0.5")[1]), 4)
        (self.folder / "version").write_text("1.1")
        self.assertEqual(len(self.run_with(*options, "--shares", "0.5")[1]), 4)

    def test_leaves_pieces_out(self):
        _, calls = self.run_with("--models", "cifar10-resnet20", "--ablation", "--joint-without", "refit,cross-terms")
        left_out = [[value for option, value in zip(call, call[1:]) if option == "--without"] for call in calls]
        self.assertEqual((left_out[0], left_out[-1]), ([], ["refit", "cross-terms"]))
        self.assertGreater(len(left_out), 3)
        self.assertEqual({len(pieces) for pieces in left_out[1:-1]}, {1})
        self.assertIn("| refit and cross-terms | ", (self.folder / "out" / "size-ablation.md").read_text())

    def test_a_failure_is_told_and_does_not_stop_the_others(self):
        process, calls = self.run_with("--methods", "balf,svd")
        self.assertEqual((process.returncode, len(calls)), (1, 2))
        self.assertIn("cifar10-resnet20.balf.seed0: exit 1: no such luck", process.stderr)
        self.assertIn("skipped fashion-mnist-vgg: ", process.stderr)

    def test_unknown_networks_are_refused(self):
        self.assertEqual(self.run_with("--models", "nothing")[0].returncode, 2)


if __name__ == "__main__":
    unittest.main()
