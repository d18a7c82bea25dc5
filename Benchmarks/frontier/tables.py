#!/usr/bin/env python3
"""Makes tables and figures of the result files in a folder; `run` does it at its end.

    Benchmarks/frontier/tables.py [FOLDER]
"""
import pathlib
import sys

import comparison
import figure
from results import CALIBRATED, JOINT, LOSS, MEASURES, TOP1, grid_of, read_runs, write_points

# A point this much smaller than its share is told apart.
FAR_BELOW = 0.02
LEGEND = """*cells*: shares where the joint method and another one have a point. In how many of them no other method is better by a
measure (*best*), or none by more than one standard error (*within 1 s.e.*). The other method is the best one in that very cell by that
measure, which favours the others. The standard error is that of joint minus the best other method, with both methods' errors added as
if independent. As both are judged on the same samples against the same original, that is mostly an overestimate, and makes *within 1
s.e.* easy to reach; *best* does not depend on it. *joint missing*: shares that are not counted, because only other methods have a point.

The calibrated loss is that of each model at its own best temperature on the test samples, so a gain by a temperature alone is none in
it. The plain loss comes last: a gain in it counts only beside the other two.

Below, everything is against the original on the same test samples: the change and one standard error of the paired difference; with
several seeds their mean, and the error over samples and seeds. The best of each column is bold. *missing*: the method has no point
there; -: the report does not tell.
"""
ABLATION_LEGEND = """By how much the joint method's top-1 and calibrated loss change when a piece is left out: a piece is of use where
top-1 falls and the loss rises. Runs are paired by seed. With several seeds (n > 1) the standard error is that over seeds; with one it
is over samples, both runs' errors added as if independent, and mostly too large.
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
    sections = ["# Methods at equal shares of the parameters\n", builds(runs)]
    sections += [claims({name: cells for name, (cells, _) in compared.items()}), LEGEND]
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
    """In how many cells the joint method is the best, or nearly: a row for each network, and their sum."""
    measures = (TOP1, CALIBRATED, LOSS)
    rows = []
    for name, cells in networks.items():
        shares = list(next(iter(cells.values())))
        counted = [share for share in shares if comparison.lead(cells, share, LOSS)]
        row = [name, len(counted)]
        for measure in measures:
            leads = [one for one in (comparison.lead(cells, share, measure) for share in counted) if one]
            row += [sum(one.is_best for one in leads), sum(one.is_near_best for one in leads)]
        without_joint = [share for share in shares if not (JOINT in cells and cells[JOINT][share])]
        rows.append(row + [sum(any(others[share] for others in cells.values()) for share in without_joint)])
    total = ["all", *(sum(column) for column in list(zip(*rows))[1:])]
    judged = [column for measure in measures for column in (f"{measure.name} best", "within 1 s.e.")]
    return table(["network", "cells", *judged, "joint missing"], [*rows, total])


def section(name, optimize, cells, runs):
    """One network: its figure, and for each measure every method at every share."""
    grid = grid_of(runs)
    samples = " or ".join(str(count) for count in sorted({run.samples for run in runs}))
    seconds = ", ".join(f"{method} {mean_seconds([run for run in runs if run.method == method]):.0f}" for method in cells)
    parts = [
        f"## {name}\n", f"{samples} test samples. {remarks(cells)}Seconds a run: {seconds}.\n",
        f"![Change of top-1 and calibrated loss against the kept share]({name}.{optimize}.svg)\n"]
    for measure in MEASURES:
        columns = [column(cells, share, measure) for share in grid]
        parts += [f"{measure.title}:\n", table(["method", *(f"{share:g}" for share in grid)], zip(cells, *columns))]
    return "\n".join(parts)


def remarks(cells):
    """Which points keep far less than their share, and which are missing for some seeds."""
    present = [(method, share, cell) for method, row in cells.items() for share, cell in row.items() if cell]
    seeds = max((cell.seeds for *_, cell in present), default=0)
    smaller = [f"{method} {cell.kept:.2f} at {share:g}" for method, share, cell in present if cell.kept < share - FAR_BELOW]
    fewer = [f"{method} {cell.seeds} at {share:g}" for method, share, cell in present if cell.seeds < seeds]
    texts = [f"Far smaller than asked: {', '.join(smaller)}. "] if smaller else []
    return "".join(texts + ([f"Fewer than {seeds} seeds: {', '.join(fewer)}. "] if fewer else []))


def column(cells, share, measure):
    """What every method does at a share by a measure, the best in bold."""
    values = [row[share] and row[share].values.get(measure) for row in cells.values()]
    best = max((measure.sign * value.mean for value in values if value), default=None)
    texts = []
    for row, value in zip(cells.values(), values):
        text = measure.form.format(value.mean, value.error) if value else "-" if row[share] else "missing"
        texts.append(f"**{text}**" if value and measure.sign * value.mean == best else text)
    return texts


def mean_seconds(runs):
    """The mean time of the runs."""
    return sum(run.seconds for run in runs) / len(runs)


def ablation(name, runs):
    """One network: what top-1 and the calibrated loss change by when a piece is left out."""
    grid = grid_of(runs)
    whole = [run for run in runs if not run.without]
    variants = sorted({run.without for run in runs if run.without})
    parts = [f"## {name}\n"]
    for measure in (TOP1, CALIBRATED):
        rows = []
        for variant in variants:
            partial = [run for run in runs if run.without == variant]
            changes = [comparison.change(whole, partial, share, grid, measure) for share in grid]
            rows.append([" and ".join(variant), *(f"{measure.form.format(*one)} (n = {one[2]})" if one else "missing" for one in changes)])
        parts += [f"{measure.title}:\n", table(["without", *(f"{share:g}" for share in grid)], rows)]
    return "\n".join(parts)


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent / "results"))
