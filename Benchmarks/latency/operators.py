#!/usr/bin/env python3
"""Where the time of a compressed model and of its original goes, operator by operator, as ONNX Runtime's own profile tells.

Prints Markdown: kinds of operators with the time that they take and the multiply-accumulates per nanosecond that they reach, and with --nodes every node.
Convolutions are told apart by the size of their kernel, by groups, and by whether they have fewer than 16 channels. Needs numpy, onnx and onnxruntime.
"""
import collections
import json
import pathlib
import tempfile

import arguments
import arithmetic
import graphs
import tables

RUNS = 25


def events(session, feeds):
    """By node, in order: what its runs say."""
    for _ in range(RUNS):
        session.run(None, feeds)
    path = pathlib.Path(session.end_profiling())
    found = collections.defaultdict(list)
    for event in json.loads(path.read_text()):
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            found[event["name"].removesuffix("_kernel_time")].append(event)
    path.unlink()
    return {name: node(runs) for name, runs in found.items()}


def node(runs):
    """Operator, shapes of operands and result, and microseconds of the fastest run: profiles know the wall clock alone, and so what else runs."""
    def shapes(key):
        return [list(value.values())[0] for value in runs[-1]["args"].get(key, [])]

    results = shapes("output_type_shape")
    return {
        "operator": runs[-1]["args"]["op_name"], "operands": shapes("input_type_shape"), "result": results[0] if results else [],
        "us": min(run["dur"] for run in runs)}


def profiled(path, feeds, batch, folder):
    """Nodes of a model."""
    return events(graphs.session(graphs.runnable(path, batch), profile=pathlib.Path(folder) / "profile"), feeds)


def main():
    parser = arguments.parser(__doc__)
    parser.add_argument("--nodes", action="store_true", help="also every node by itself")
    args = parser.parse_args()
    for batch in args.batches:
        feeds = graphs.inputs(args.original, args.data, batch, args.scale, args.mean, args.std)
        for title, path in (("original", args.original), ("result", args.result)):
            with tempfile.TemporaryDirectory() as folder:
                nodes = profiled(path, feeds, batch, folder)
            print(f"## Batch {batch}, {title}\n\n{tables.operators(arithmetic.by_kind(nodes))}")
            if args.nodes:
                print(tables.operators([
                    {"kind": f"{name}: {arithmetic.kind(found)} {found['operands'][1:2]} on {found['operands'][:1]}", "number": 1, "ms": found["us"] / 1000,
                     "operations": arithmetic.operations_of_profiled(found)} for name, found in nodes.items()]))


if __name__ == "__main__":
    main()
