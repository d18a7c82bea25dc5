"""check_written_model.py ORIGINAL WRITTEN DATA

Checks a written model file with the onnx package, runs it in ONNX Runtime with all optimisations off and on, and prints as JSON
  optimised: the largest difference between those two, relative to the largest output
  original:  the largest difference from the original model's outputs, likewise
  metadata:  the metadata_props that it has
"""
import json
import sys

import numpy
import onnx
import onnxruntime


def outputs(path, arrays, level):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = level
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    inputs = session.get_inputs()
    batch = inputs[0].shape[0]
    count = batch if isinstance(batch, int) else len(arrays[inputs[0].name])
    types = {"tensor(float16)": numpy.float16}
    feeds = {value.name: arrays[value.name][:count] for value in inputs}
    return session.run(None, {value.name: feeds[value.name].astype(types.get(value.type, feeds[value.name].dtype)) for value in inputs})[0]


def difference(a, b):
    a, b = a.astype(numpy.float64), b.astype(numpy.float64)
    return float(numpy.abs(a - b).max() / numpy.abs(b).max())


original, written, data = sys.argv[1:]
onnx.checker.check_model(written, full_check=True)
model = onnx.load(written)
onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
arrays = numpy.load(data)
off = outputs(written, arrays, onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL)
on = outputs(written, arrays, onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL)
before = outputs(original, arrays, onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL)
print(json.dumps({
    "optimised": difference(on, off),
    "original": difference(on, before),
    "metadata": {entry.key: entry.value for entry in model.metadata_props},
}))
