"""Compares methods at equal shares of the parameters."""
import math
import statistics
from dataclasses import dataclass

from results import JOINT, MEASURES


@dataclass(frozen=True)
class Value:
    """What a method does by one measure: the mean over the seeds."""
    mean: float
    error: float  # standard error over samples and seeds; the seeds share the test samples, so the samples' part does not shrink with them


@dataclass(frozen=True)
class Cell:
    """What a method does at one share, over the seeds that have a point there."""
    kept: float
    seeds: int
    values: dict  # by measure, without those that are not told


@dataclass(frozen=True)
class Lead:
    """By how much the joint method is better than the best other one, in the measure's unit; below 0 where it is worse."""
    margin: float
    error: float

    @property
    def is_best(self):
        """No other method is better."""
        return self.margin >= 0

    @property
    def is_near_best(self):
        """No other method is better by more than one standard error."""
        return self.margin >= -self.error


def cell(runs, share, grid):
    """What runs of one method, with different seeds, do at a share; None where no run has a point."""
    points = [point for point in (run.at(share, grid) for run in runs) if point]
    if not points:
        return None
    changes = {measure: [point.changes[measure] for point in points if measure in point.changes] for measure in MEASURES}
    return Cell(
        kept=statistics.fmean(point.kept for point in points), seeds=len(points),
        values={measure: value_of(found) for measure, found in changes.items() if found})


def value_of(changes):
    """The mean of one measure's changes, one for each seed."""
    values = [change.value for change in changes]
    spread = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return Value(statistics.fmean(values), math.hypot(statistics.fmean(change.error for change in changes), spread))


def cells_of(runs, grid):
    """{method: {share: cell or None}} of one network's runs; joint is the first method, shares are in the grid's order."""
    methods = sorted({run.method for run in runs}, key=lambda method: (method != JOINT, method))
    return {method: {share: cell([run for run in runs if run.method == method], share, grid) for share in grid} for method in methods}


def lead(cells, share, measure):
    """The joint method beside the other one that is best by a measure at a share; None where either has no value.

    The files hold no single samples, so the two errors are added as if independent. Both methods are judged on the same samples against
    the same original and err together, so the true error is mostly smaller.
    """
    values = {method: row[share].values[measure] for method, row in cells.items() if row[share] and measure in row[share].values}
    joint = values.pop(JOINT, None)
    if joint is None or not values:
        return None
    best = max(values.values(), key=lambda value: measure.sign * value.mean)
    return Lead(measure.sign * (joint.mean - best.mean), math.hypot(joint.error, best.error))


def change(whole, partial, share, grid, measure):
    """What a measure changes by without a piece of the joint method: (mean, standard error, number of seeds), or None.

    Runs are paired by seed. The error is that over seeds; with one seed, that over samples, combined as in `lead`.
    """
    wholes, partials = (
        {run.seed: point.changes[measure] for run in runs for point in [run.at(share, grid)] if point and measure in point.changes}
        for runs in (whole, partial))
    pairs = [(wholes[seed], partials[seed]) for seed in partials if seed in wholes]
    if not pairs:
        return None
    changes = [without.value - joint.value for joint, without in pairs]
    if len(pairs) == 1:
        return changes[0], math.hypot(pairs[0][0].error, pairs[0][1].error), 1
    return statistics.fmean(changes), statistics.stdev(changes) / math.sqrt(len(changes)), len(changes)
