"""What the recipes share: exporting a model, calling jointrank, and setting its result beside PyTorch's."""
import copy
import json
import os
import pathlib
import subprocess
import warnings

import numpy
import onnxruntime
import torch

from load_factors import load_factors

JOINTRANK = os.environ.get("JOINTRANK", str(pathlib.Path(__file__).resolve().parents[2] / ".build/release/jointrank"))


def exported(model, inputs, path, exporter):
    """Writes an ONNX file whose first axis is the batch; inputs are tensors by name, all with a batch of at least 2."""
    options = {"input_names": list(inputs), "output_names": ["logits"]}
    warnings.filterwarnings("ignore")
    if exporter == "dynamo":
        batch = torch.export.Dim("batch")
        shapes = tuple({0: batch} for _ in inputs)
        torch.onnx.export(
            model, tuple(inputs.values()), path, dynamo=True, external_data=False, dynamic_shapes=shapes, verbose=False, **options)
    else:
        axes = {name: {0: "batch"} for name in [*inputs, "logits"]}
        torch.onnx.export(model, tuple(inputs.values()), path, dynamo=False, dynamic_axes=axes, **options)


def jointrank(*arguments):
    print("$ jointrank", *arguments, flush=True)
    subprocess.run([JOINTRANK, *map(str, arguments)], check=True)


def difference(a, b):
    """The largest, relative to the largest number."""
    return float(numpy.abs(a - b).max() / numpy.abs(b).max())


def compared(model, inputs, original, small, factors):
    """Runs the compressed file in ONNX Runtime and the PyTorch model with its factors; SystemExit where they differ."""
    def run(path):
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        return session.run(None, {name: tensor.numpy() for name, tensor in inputs.items()})[0]

    factored = copy.deepcopy(model)
    names = load_factors(factored, factors)
    with torch.no_grad():
        before, after = (network(*inputs.values()).numpy() for network in (model, factored))
    counts = [sum(parameter.numel() for parameter in network.parameters()) for network in (model, factored)]
    figures = {
        "modules replaced": len(names),
        "parameters in PyTorch": counts,
        "PyTorch and ONNX Runtime, original": difference(before, run(original)),
        "PyTorch and ONNX Runtime, compressed": difference(after, run(small)),
        "compressed and original": difference(after, before),
    }
    print(json.dumps(figures, indent=1))
    if figures["PyTorch and ONNX Runtime, compressed"] > 1e-4 or not names:
        raise SystemExit("the factored PyTorch model is not the compressed ONNX model")
    if figures["compressed and original"] < 1e-4:
        raise SystemExit("nothing was compressed")
