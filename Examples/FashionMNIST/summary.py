#!/usr/bin/env python3
"""Prints what results keep of the model, and what they are worth on the test images. Standard library only.

    summary.py RESULT...

Each RESULT stands for RESULT.json, the report of `jointrank compress`, and RESULT.test.json, that of `jointrank evaluate`.
"""
import json
import pathlib
import sys

COLUMNS = ["", "parameters", "arithmetic", "time", "top-1", "calibrated loss"]


def row(result):
    """The cells of one result."""
    report = json.loads(pathlib.Path(f"{result}.json").read_text())
    test = json.loads(pathlib.Path(f"{result}.test.json").read_text())["against"]

    def kept(name):
        return f"{report[name]['after'] / report[name]['before']:.0%}"

    accuracy, calibrated = test["accuracy"], test["calibrated"]
    return [
        f"{pathlib.Path(result).name}.onnx", kept("parameters"), kept("macs"), f"{report['latencyMs']['ratio']:.0%}",
        f"{100 * accuracy['difference']:+.2f} +- {100 * accuracy['standardError']:.2f} pp",
        f"{calibrated['difference']:+.4f} +- {calibrated['standardError']:.4f}"]


def main():
    """Prints the table."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    rows = [COLUMNS] + [row(result) for result in sys.argv[1:]]
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(COLUMNS))]
    print("\nWhat is kept of model.onnx, and the change on the 10 000 test images:\n")
    for cells in rows:
        print("  ".join(cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in enumerate(zip(cells, widths))))


if __name__ == "__main__":
    main()
