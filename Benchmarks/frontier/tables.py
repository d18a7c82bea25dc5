#!/usr/bin/env python3
"""Makes tables and figures of the result files in a folder; `run` does it at its end.

    Benchmarks/frontier/tables.py [FOLDER]
"""
import pathlib
import sys

import comparison
import figure
from results import JOINT, grid_of, read_runs, write_points

# A cell whose models are this much smaller than its share says so.
FAR_BELOW = 0.02
TOP1_LOSS = 0.2  # percentage points
LEGEND = """Changes of the mean test loss, in nats, with one standard error over the test samples; with several seeds their mean, and
the standard deviation over seeds; in brackets the change of top-1. *kept* is the share of the parameters; where a model keeps far
fewer, its own share is given. s.e.: the standard error of joint minus the best other method, both methods' errors added as if
independent, spread over seeds included; the true one is mostly smaller, which makes *better* hard to reach and *as good* easy.

*cells*: shares where another method has a point. *not above*, *as good* and *better*: cells where the joint method's loss is at most
that of the best other one; at most one s.e. above it; more than two s.e. below it. *joint missing*: cells that count as none of the
three, because the joint method has no point. *no other*: shares that are not counted, because no other method has one.
"""
ABLATION_LEGEND = """By how much the joint method's mean test loss is higher, in nats, when a piece is left out; runs are paired by
seed. With several seeds (n > 1) the standard error is that over seeds; with one it is over samples, both runs' errors added as if
independent, and mostly too large.
"""


def write(folder):
    """Writes <optimize>.md, .csv, -ablation.md and <network>.<optimize>.svg for what has been run."""
    runs = read_runs(folder / "runs")
    for optimize in sorted({run.optimize for run in runs}):
        chosen = [run for run in runs if run.optimize == optimize]
        write_points(folder / f"{optimize}.csv", chosen)
        whole = [run for run in chosen if not run.without]
        if whole:
            write_comparison(folder, optimize, whole)
        write_ablation(folder, optimize, [run for run in chosen if run.method == JOINT])


def write_comparison(folder, optimize, runs):
    """All methods beside each other, and a figure for each network."""
    compared = {name: (comparison.cells_of(of_network, grid_of(of_network)), of_network) for name, of_network in by_network(runs).items()}
    for name, (cells, _) in compared.items():
        (folder / f"{name}.{optimize}.svg").write_text(figure.drawn(name, cells))
    sections = ["# Methods at equal shares of the parameters\n", builds(runs), LEGEND]
    sections.append(claims({name: cells for name, (cells, _) in compared.items()}))
    sections += [section(name, optimize, cells, of_network) for name, (cells, of_network) in compared.items()]
    (folder / f"{optimize}.md").write_text("\n".join(sections))


def write_ablation(folder, optimize, runs):
    """The joint method whole and without pieces; nothing where no piece has been left out."""
    ablated = {run.network for run in runs if run.without}
    if ablated:
        sections = ["# The joint method without pieces\n", builds(runs), ABLATION_LEGEND]
        sections += [ablation(name, of_network) for name, of_network in by_network(runs).items() if name in ablated]
        (folder / f"{optimize}-ablation.md").write_text("\n".join(sections))


def by_network(runs):
    """{network: runs}, by name."""
    return {name: [run for run in runs if run.network == name] for name in sorted({run.network for run in runs})}


def table(header, rows):
    """A table in Markdown."""
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in [header, ["---"] * len(header), *rows])


def builds(runs):
    """Which builds of the command the runs come from."""
    names = sorted({f"{run.version} ({run.build})" for run in runs})
    mixed = " **The runs are of different builds.**" if len(names) > 1 else ""
    return f"Measured with jointrank {', '.join(names)}.{mixed}\n"


def claims(networks):
    """How often the joint method is as good as the best other one, or better: a row for each network, and their sum."""
    rows = []
    for name, cells in networks.items():
        compared = [comparison.compare(cells, share) for share in next(iter(cells.values()))]
        counted = [one for one in compared if one.best is not None]
        rows.append([
            name, len(counted), sum(one.is_not_above for one in counted), sum(one.is_as_good for one in counted),
            sum(one.is_better for one in counted), sum(one.difference is None for one in counted), len(compared) - len(counted)])
    total = ["all", *(sum(column) for column in list(zip(*rows))[1:])]
    return table(["network", "cells", "not above", "as good", "better", "joint missing", "no other"], [*rows, total])


def section(name, optimize, cells, runs):
    """One network: its figure, every method at every share, and how far down each method holds."""
    grid = grid_of(runs)
    seeds = max((cell.seeds for row in cells.values() for cell in row.values() if cell), default=0)
    rows = [
        [f"{share:g}", *(entry(row[share], share, seeds) for row in cells.values()), best_entry(comparison.compare(cells, share))]
        for share in grid]
    reach = [[method, *reach_of(row), seconds([run for run in runs if run.method == method])] for method, row in cells.items()]
    reached = ["method", "loss not above the original's down to", f"top-1 within {TOP1_LOSS} pp down to", "seconds a run"]
    return "\n".join([
        f"## {name}\n", f"![Change of the test loss against the kept share]({name}.{optimize}.svg)\n",
        table(["kept", *cells, "joint - best other"], rows), table(reached, reach)])


def entry(cell, share, seeds):
    """A method at a share: loss +- standard error over samples, spread over seeds, (top-1)."""
    if cell is None:
        return "missing"
    text = f"{cell.loss:+.4f} +- {cell.error:.4f}"
    text += f", seeds {cell.spread:.4f}" if cell.seeds > 1 else ""
    text += f" ({cell.top1:+.2f} pp)"
    text += f" at {cell.kept:.2f}" if cell.kept < share - FAR_BELOW else ""
    return text + (f" [{cell.seeds} of {seeds} seeds]" if cell.seeds < seeds else "")


def best_entry(compared):
    """The difference to the best other method, also in standard errors."""
    if compared.best is None:
        return "no other"
    if compared.difference is None:
        return f"{compared.best}: joint missing"
    ratio = f" ({compared.difference / compared.error:+.1f} s.e.)" if compared.error > 0 else ""
    return f"{compared.best}: {compared.difference:+.4f}{ratio}"


def reach_of(row):
    """The smallest shares at which the loss is not above the original's, and top-1 hardly below."""
    conditions = [lambda cell: cell.loss <= 0, lambda cell: cell.top1 >= -TOP1_LOSS]
    shares = [comparison.smallest_share(row, condition) for condition in conditions]
    return ["never" if share is None else f"{share:g}" for share in shares]


def seconds(runs):
    """The mean time of the runs."""
    return f"{sum(run.seconds for run in runs) / len(runs):.0f}"


def ablation(name, runs):
    """One network: by how much the joint method's loss rises when a piece is left out."""
    grid = grid_of(runs)
    whole = [run for run in runs if not run.without]
    variants = sorted({run.without for run in runs if run.without})
    rows = []
    for share in grid:
        rises = [comparison.increase(whole, [run for run in runs if run.without == variant], share, grid) for variant in variants]
        rows.append([f"{share:g}", *("missing" if rise is None else f"{rise[0]:+.4f} +- {rise[1]:.4f} (n = {rise[2]})" for rise in rises)])
    return f"## {name}\n\n" + table(["kept", *(f"without {' and '.join(variant)}" for variant in variants)], rows)


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent / "results"))
