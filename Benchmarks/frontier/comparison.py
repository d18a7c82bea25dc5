"""Compares methods at equal shares of the parameters. Losses are changes, in nats."""
import math
import statistics
from dataclasses import dataclass
from typing import Optional

from results import JOINT


@dataclass(frozen=True)
class Cell:
    """What a method does at one share: means over the seeds that have a point there."""
    kept: float
    loss: float
    error: float  # over samples; the seeds share the test samples, so it does not shrink with their number
    spread: float  # standard deviation over seeds; 0 where there is one
    top1: float
    seeds: int

    @property
    def total_error(self):
        """The standard error of the mean loss, over samples and seeds."""
        return math.hypot(self.error, self.spread / math.sqrt(self.seeds))


@dataclass(frozen=True)
class Comparison:
    """The joint method beside the best other one at one share. Where either has no point the joint method is not as good."""
    best: Optional[str]  # None where no other method has a point
    difference: Optional[float]  # joint minus best; None where either has no point
    error: Optional[float]

    @property
    def is_not_above(self):
        return self.difference is not None and self.difference <= 0

    @property
    def is_as_good(self):
        """Not above the best other method by more than one standard error."""
        return self.difference is not None and self.difference <= self.error

    @property
    def is_better(self):
        """Below the best other method by more than two standard errors."""
        return self.difference is not None and self.difference < -2 * self.error


def cell(runs, share, grid):
    """What runs of one method, with different seeds, do at a share; None where no run has a point."""
    points = [point for point in (run.at(share, grid) for run in runs) if point]
    if not points:
        return None
    losses = [point.loss for point in points]
    return Cell(
        kept=statistics.fmean(point.kept for point in points), loss=statistics.fmean(losses),
        error=statistics.fmean(point.error for point in points), spread=statistics.stdev(losses) if len(losses) > 1 else 0.0,
        top1=statistics.fmean(point.top1 for point in points), seeds=len(points))


def cells_of(runs, grid):
    """{method: {share: cell or None}} of one network's runs; joint is the first method, shares are in the grid's order."""
    methods = sorted({run.method for run in runs}, key=lambda method: (method != JOINT, method))
    return {method: {share: cell([run for run in runs if run.method == method], share, grid) for share in grid} for method in methods}


def compare(cells, share):
    """The joint method beside the other one whose test loss is lowest at a share.

    The files hold no single samples, so the two errors are added as if independent. Both methods are judged on the same samples and err
    together, so the true error is mostly smaller.
    """
    others = {method: row[share] for method, row in cells.items() if method != JOINT and row[share]}
    best = min(others, key=lambda method: others[method].loss, default=None)
    joint = cells[JOINT][share] if JOINT in cells else None
    if best is None or joint is None:
        return Comparison(best, None, None)
    return Comparison(best, joint.loss - others[best].loss, math.hypot(joint.total_error, others[best].total_error))


def smallest_share(row, is_met):
    """The smallest share whose cell meets a condition; None where none does."""
    return min((share for share, cell in row.items() if cell and is_met(cell)), default=None)


def increase(whole, partial, share, grid):
    """How much higher the loss is without a piece of the joint method: (mean, standard error, number of seeds), or None.

    Runs are paired by seed. The error is that over seeds; with one seed, that over samples, combined as in `compare`.
    """
    wholes, partials = ({run.seed: run.at(share, grid) for run in runs} for runs in (whole, partial))
    pairs = [(wholes[seed], partials[seed]) for seed in partials if partials[seed] and wholes.get(seed)]
    rises = [without.loss - joint.loss for joint, without in pairs]
    if not pairs:
        return None
    if len(pairs) == 1:
        return rises[0], math.hypot(pairs[0][0].error, pairs[0][1].error), 1
    return statistics.fmean(rises), statistics.stdev(rises) / math.sqrt(len(rises)), len(rises)
