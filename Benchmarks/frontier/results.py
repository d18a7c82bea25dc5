"""The result files of the runs: one call of `jointrank frontier` each, with what was called. Losses are changes, in nats."""
import csv
import json
import pathlib
from dataclasses import dataclass
from typing import Optional

JOINT = "joint"
# How far above a share a point may lie and still stand for it.
SLACK = 0.005


@dataclass(frozen=True)
class Point:
    """One size of one run, measured on the test samples."""
    kept: float
    loss: float
    error: float  # one standard error of the loss, over samples
    top1: float  # percentage points
    macs: Optional[float]  # share of the original's
    latency: Optional[float]


@dataclass(frozen=True)
class Run:
    """One call of `jointrank frontier`."""
    network: str
    optimize: str
    method: str
    without: tuple  # pieces of the joint method that were left out
    seed: int
    shares: tuple  # that were asked for
    points: tuple
    seconds: float
    version: str
    build: str

    def at(self, share, grid):
        """The point that stands for a share of the grid: the largest one up to there that is above the next share; None where none is."""
        candidates = [point for point in self.points if lower_bound(share, grid) < point.kept <= share + SLACK]
        return max(candidates, key=lambda point: point.kept, default=None)


def lower_bound(share, grid):
    """Up to where points stand for the next smaller share. Below the smallest one the grid's step goes on, so that no far smaller point
    stands for it."""
    smaller = [other for other in grid if other < share]
    larger = [other for other in grid if other > share]
    if smaller:
        return max(smaller) + SLACK
    return 2 * share - min(larger) + SLACK if larger else 0


def grid_of(runs):
    """All shares that were asked for, largest first."""
    return sorted({share for run in runs for share in run.shares}, reverse=True)


def write_record(path, record):
    """Writes beside the file and renames, so that an interrupted run leaves no half result."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(record, indent=1) + "\n")
    partial.replace(path)


def read_record(path):
    """What `write_record` wrote, or None."""
    return json.loads(path.read_text()) if path.exists() else None


def read_runs(folder):
    """The runs of all result files of a folder."""
    return [run_of(read_record(path)) for path in sorted(pathlib.Path(folder).glob("*.json"))]


def run_of(record):
    """The run that a result file describes; of its points those that were judged on the test samples."""
    report = record["report"]
    judged = [point for point in report["points"] if point["loss"].get("certify") and point.get("metric")]
    return Run(
        network=record["network"], optimize=report["optimize"], method=report["method"], without=tuple(record["without"]),
        seed=report["seed"], shares=tuple(record["shares"]), points=tuple(point_of(point, report["original"]) for point in judged),
        seconds=report["seconds"]["total"], version=report["version"], build=record["build"])


def point_of(point, original):
    """A point of the command's report."""
    loss, metric, latency = point["loss"]["certify"], point["metric"], point.get("latencyMs")
    return Point(
        kept=point["keptShare"], loss=loss["difference"], error=loss["standardError"], top1=100 * (metric["after"] - metric["before"]),
        macs=point["macs"] / original["macs"] if point.get("macs") and original.get("macs") else None,
        latency=latency["after"] / latency["before"] if latency else None)


def write_points(path, runs):
    """Every point of every run, for other programs."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["network", "method", "without", "seed", "kept", "loss", "error", "top1", "macs", "latency"])
        for run in runs:
            for point in run.points:
                named = [run.network, run.method, "+".join(run.without), run.seed]
                rows.writerow(named + [point.kept, point.loss, point.error, point.top1, point.macs, point.latency])
