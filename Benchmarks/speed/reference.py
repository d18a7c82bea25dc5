#!/usr/bin/env python3
"""Times the method's statistics, decompositions and gates in plain PyTorch on the CPU.

    reference.py MODEL --data FILE.npz [--scale S --mean a,b,c --std a,b,c] [--samples N] [--threads 2]
    reference.py --check [MODEL --data FILE.npz ...]

Prints one JSON object with seconds by stage. --check tests the mathematics instead, on a small network with awkward shapes or on MODEL.
"""
import argparse
import contextlib
import json
import resource
import sys
import time

import numpy as np
import torch

import calibration
from network import Network


class Clock:
    """Adds up seconds by stage."""

    def __init__(self):
        self.seconds = {}

    @contextlib.contextmanager
    def __call__(self, stage):
        start = time.perf_counter()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0) + time.perf_counter() - start


class Samples:
    """Floating-point inputs become (x * scale - mean) / std, channel by channel; others stay as they are."""

    def __init__(self, arguments, inputs):
        """`inputs`: by name, whether it is one of floating-point numbers."""
        with np.load(arguments.data) as arrays:
            self.inputs = [(arrays[name][: arguments.samples], is_float) for name, is_float in inputs.items()]
            self.labels = torch.from_numpy(arrays[arguments.labels][: arguments.samples].astype(np.int64))
        self.scale = arguments.scale
        self.mean, self.std = (torch.tensor([float(v) for v in text.split(",")]) for text in (arguments.mean, arguments.std))

    def batches(self, size, most=None):
        """(a list of the inputs, labels)"""
        count = min(len(self.labels), most or len(self.labels))
        for start in range(0, count, size):
            stop = min(start + size, count)
            yield [self.transformed(values[start:stop], is_float) for values, is_float in self.inputs], self.labels[start:stop]

    def transformed(self, values, is_float):
        x = torch.from_numpy(values.astype(np.float32 if is_float else np.int64))
        shape = (-1, *[1] * (x.ndim - 2))
        return (x * self.scale - self.mean.reshape(shape)) / self.std.reshape(shape) if is_float else x


def treatable(network):
    """Layers with anything to leave out: not the depthwise ones, whose matrices have one row."""
    return {name: layer for name, layer in network.layers.items() if min(calibration.grouped_weight(layer).shape[1:]) > 1}


def factor(network, layers, statistics):
    """Puts each layer's factors in its place."""
    for name, layer in layers.items():
        weight = calibration.grouped_weight(layer)
        u, v = calibration.decomposed(weight, statistics.inputs.pop(name), statistics.gradients.pop(name))
        network.layers[name] = calibration.FactoredLayer(layer, u, v)
    return {name: network.layers[name] for name in layers}


def run(arguments):
    clock = Clock()
    generator = torch.Generator().manual_seed(arguments.seed)
    with clock("load"):
        network = Network(arguments.model).eval().requires_grad_(False)
        samples = Samples(arguments, network.inputs)
    layers = treatable(network)
    statistics = calibration.Statistics(layers, arguments.positions)
    for x, labels in samples.batches(arguments.batch, arguments.statistics_samples):
        statistics.add_batch(network, x, labels, generator, clock)
    statistics.finish()
    network.requires_grad_(False)
    with clock("decompositions"):
        factored = factor(network, layers, statistics)
    with clock("gates"):
        gates = calibration.Gates(factored)
        for x, labels in samples.batches(arguments.batch):
            gates.add_batch(network, x, labels, generator)
        first, _ = gates.finish()
    return {
        "seconds": clock.seconds,
        "peakMemoryMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "samples": {"statistics": statistics.samples, "gates": len(samples.labels)},
        "layers": len(layers),
        "components": sum(values.shape[1] for values in first.values()),
        "threads": torch.get_num_threads(),
        "positions": arguments.positions,
        "batch": arguments.batch,
        "torch": torch.__version__,
        "instructions": torch.backends.cpu.get_cpu_capability(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?")
    parser.add_argument("--data", help="an .npz file with arrays named as the model's inputs, and labels")
    parser.add_argument("--labels", default="labels")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--mean", default="0")
    parser.add_argument("--std", default="1")
    parser.add_argument("--samples", type=int, help="the first so many; default: all")
    parser.add_argument("--statistics-samples", type=int, default=1024, help="at most so many of them for A and B")
    parser.add_argument("--positions", type=int, default=256, help="at most about so many positions of a map for A; 0: all")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    if (arguments.model is None) != (arguments.data is None) or not (arguments.check or arguments.model):
        parser.error("a model and --data belong together; only --check works without both")
    torch.set_num_threads(arguments.threads)
    if arguments.check:
        import checks
        return checks.run(arguments)
    json.dump(run(arguments), sys.stdout, indent=2)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
