"""Times the models of a folder that `jointrank latency-models` wrote, on this device, and writes a table for --latency-table.

Needs Python 3.8 and onnxruntime (any build, any execution provider).
Example: python time_layers.py . -o table.json --device "Raspberry Pi 5" --threads 4
"""
import argparse
import json
import pathlib
import statistics
import sys
import time

import numpy
import onnxruntime

TYPES = {"tensor(float)": "float32", "tensor(double)": "float64"}


def milliseconds(path, shapes, options):
    """The median time of a run."""
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(path), settings, providers=[options.provider])
    if session.get_providers()[0] != options.provider:
        raise SystemExit(f"{options.provider} is not available here: {', '.join(onnxruntime.get_available_providers())}")
    inputs = {}
    for value in session.get_inputs():
        kind = TYPES.get(value.type) or value.type[len("tensor("):-1]
        shape = shapes[value.name]
        # Zeros where they are indices.
        values = numpy.linspace(-0.5, 0.5, int(numpy.prod(shape))) if "float" in kind else numpy.zeros(int(numpy.prod(shape)))
        inputs[value.name] = values.reshape(shape).astype(kind)
    # The clock of this thread where it does all the work: other programs add nothing to it.
    is_alone = options.threads == 1 and options.provider == "CPUExecutionProvider"
    clock = time.thread_time if is_alone else time.perf_counter
    for _ in range(2):
        session.run(None, inputs)
    times, end = [], time.perf_counter() + options.seconds
    while len(times) < 5 or time.perf_counter() < end:
        start = clock()
        session.run(None, inputs)
        times.append(1000 * (clock() - start))
    return max(statistics.median(times), 1e-6)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    parser.add_argument("--device", default="another device", help="its name, for reports")
    parser.add_argument("--provider", default="CPUExecutionProvider")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.1, help="how long to run each model")
    options = parser.parse_args()
    listed = json.loads((options.folder / "layers.json").read_text())
    times = {}
    for number, entry in enumerate(listed["models"], 1):
        if sys.stderr.isatty():
            print(f"\r{number} of {len(listed['models'])}", end="", file=sys.stderr, flush=True)
        times[entry["key"]] = milliseconds(options.folder / entry["file"], entry["inputs"], options)
    options.output.write_text(json.dumps({
        "schema": "jointrank.latency-table/1", "device": options.device, "runtime": onnxruntime.__version__,
        "provider": options.provider, "threads": options.threads, "batch": listed["batch"], "milliseconds": times}, indent=1))


if __name__ == "__main__":
    main()
