#!/usr/bin/env python3
"""Times a compressed model beside its original in ONNX Runtime, with one thread, and counts what both hold and compute.

One run of each in turn, so that what else the machine does falls on both, and in the processor time of the thread. Prints JSON. Needs numpy, onnx and
onnxruntime.
"""
import json
import time

import arguments
import graphs
import statistics_of_pairs as pairs

# First runs lay out memory.
WARM_UP = 3
MOST_PAIRS = 5000


def options():
    """The command line, which `run` fills in."""
    parser = arguments.parser(__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="to take for one batch at most; default: 60")
    parser.add_argument("--relative-error", type=float, default=0.01, help="of the share that is kept, to stop at; default: 0.01")
    return parser.parse_args()


def thread_milliseconds(session, feeds):
    """Processor time of one run; ONNX Runtime works in the thread that calls it where it has one."""
    start = time.thread_time_ns()
    session.run(None, feeds)
    return (time.thread_time_ns() - start) / 1e6


def timed(original, result, feeds, seconds, relative_error):
    """What pairs of runs of two sessions say, as a record."""
    for _ in range(WARM_UP):
        original.run(None, feeds)
        result.run(None, feeds)
    before, after, start = [], [], time.monotonic()
    while len(before) < MOST_PAIRS:
        before.append(thread_milliseconds(original, feeds))
        after.append(thread_milliseconds(result, feeds))
        if pairs.is_settled(before, after, relative_error) or time.monotonic() - start > seconds:
            break
    share, error = pairs.kept(before, after)
    return {
        "kept": share, "error": error, "pairs": len(before), "settled": pairs.is_settled(before, after, relative_error),
        "before": pairs.median_with_error(before)[0], "after": pairs.median_with_error(after)[0]}


def measured(args, batch):
    """The record of one batch size."""
    feeds = graphs.inputs(args.original, args.data, batch, args.scale, args.mean, args.std)
    paths = (args.original, args.result)
    try:
        sessions = [graphs.session(graphs.runnable(path, batch)) for path in paths]
        for session in sessions:
            session.run(None, feeds)
    except Exception as error:  # ONNX Runtime raises many kinds
        if graphs.fixed_batch(graphs.onnx.load(args.original, load_external_data=False)) in (None, batch):
            raise
        return {"batch": batch, "fixed": True, "reason": str(error).splitlines()[0]}
    counts = [graphs.operations(path, feeds, batch) for path in paths]
    times = timed(*sessions, feeds, args.seconds, args.relative_error)
    return {"batch": batch, "operations": dict(zip(("before", "after"), counts)), "time": times}


def main():
    args = options()
    counts = [graphs.parameters(path) for path in (args.original, args.result)]
    print(json.dumps({
        "onnxruntime": graphs.onnxruntime.__version__, "parameters": dict(zip(("before", "after"), counts)),
        "batches": [measured(args, batch) for batch in args.batches]}))


if __name__ == "__main__":
    main()
