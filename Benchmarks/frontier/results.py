"""The result files of the runs: one call of `jointrank frontier` each, with what was called."""
import csv
import json
import pathlib
from dataclasses import dataclass
from typing import Optional

JOINT = "joint"
# How far above a share a point may lie and still stand for it.
SLACK = 0.005


@dataclass(frozen=True)
class Measure:
    """What methods are judged by, always against the original on the same test samples."""
    name: str
    title: str
    form: str  # of a value and its error
    sign: int  # 1 where more is better, else -1


TOP1 = Measure("top-1", "Change of top-1, percentage points", "{:+.2f} ± {:.2f}", 1)
CALIBRATED = Measure("calibrated loss", "Change of the calibrated loss, nats", "{:+.4f} ± {:.4f}", -1)
LOSS = Measure("loss", "Change of the loss, nats", "{:+.4f} ± {:.4f}", -1)
DISAGREEMENT = Measure("disagreement", "Answers that are not the original's, %", "{:.2f}", -1)
MEASURES = (TOP1, CALIBRATED, LOSS, DISAGREEMENT)


@dataclass(frozen=True)
class Change:
    """What a point does by one measure, in the measure's unit."""
    value: float
    error: float = 0.0  # one standard error of the paired difference; 0 for the disagreement, whose error is not told
    bound: Optional[float] = None  # how much worse than the original at most: one-sided, 95 % confidence


@dataclass(frozen=True)
class Point:
    """One size of one run, measured on the test samples."""
    kept: float
    changes: dict  # by measure, without those that the report does not tell
    temperatures: tuple  # the original's and the point's; none where they are not told
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
    samples: int  # of the test
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
    judged = [point for point in report["points"] if point["loss"].get("certify")]
    return Run(
        network=record["network"], optimize=report["optimize"], method=report["method"], without=tuple(record["without"]),
        seed=report["seed"], shares=tuple(record["shares"]), points=tuple(point_of(point, report["original"]) for point in judged),
        samples=report["samples"]["certify"], seconds=report["seconds"]["total"], version=report["version"], build=record["build"])


def point_of(point, original):
    """A point of the command's report."""
    accuracy, calibrated, loss, latency = point.get("accuracy"), point.get("calibrated"), point["loss"]["certify"], point.get("latencyMs")
    changes = {LOSS: Change(loss["difference"], loss["standardError"], loss["upperBound95"])}
    if accuracy:
        changes[TOP1] = Change(*(100 * accuracy[field] for field in ("difference", "standardError", "fallUpperBound95")))
    if calibrated:
        changes[CALIBRATED] = Change(calibrated["difference"], calibrated["standardError"], calibrated["upperBound95"])
    if point.get("disagreement") is not None:
        changes[DISAGREEMENT] = Change(100 * point["disagreement"])
    return Point(
        kept=point["keptShare"], changes=changes,
        temperatures=(calibrated["temperatures"]["before"], calibrated["temperatures"]["after"]) if calibrated else (),
        macs=point["macs"] / original["macs"] if point.get("macs") and original.get("macs") else None,
        latency=latency["after"] / latency["before"] if latency else None)


def write_points(path, runs):
    """Every point of every run, for other programs."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        judged = [f"{name}{part}" for name in ("top1", "calibrated", "loss") for part in ("", "_error", "_worse_at_most")]
        rows.writerow([
            "network", "method", "without", "seed", "samples", "kept", *judged, "disagreement", "temperature_before", "temperature_after",
            "macs", "latency"])
        for run in runs:
            for point in run.points:
                row = [run.network, run.method, "+".join(run.without), run.seed, run.samples, point.kept]
                for measure in (TOP1, CALIBRATED, LOSS):
                    change = point.changes.get(measure)
                    row += [change.value, change.error, change.bound] if change else [None] * 3
                row.append(point.changes[DISAGREEMENT].value if DISAGREEMENT in point.changes else None)
                rows.writerow([*row, *(point.temperatures or (None, None)), point.macs, point.latency])
