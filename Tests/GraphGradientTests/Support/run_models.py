"""Runs gradient graphs in ONNX Runtime. usage: run_models.py FOLDER..., each with gradient-*.onnx, inputs.pb"""

import pathlib
import sys

import numpy
import onnx
import onnxruntime
from onnx import numpy_helper


def values(path):
    graph = onnx.GraphProto()
    graph.ParseFromString(path.read_bytes())
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}


onnxruntime.set_default_logger_severity(3)
for folder in map(pathlib.Path, sys.argv[1:]):
    feeds = values(folder / "inputs.pb")
    for path in sorted(folder.glob("gradient-*.onnx")):
        try:
            session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
            names = [output.name for output in session.get_outputs()]
            wanted = {v.name for v in session.get_inputs()}
            arrays = session.run(names, {k: v for k, v in feeds.items() if k in wanted})
            graph = onnx.GraphProto(initializer=[numpy_helper.from_array(a, n) for a, n in zip(arrays, names)])
        except Exception as error:
            graph = onnx.GraphProto(doc_string=str(error))
        path.with_suffix(".pb").write_bytes(graph.SerializeToString())
