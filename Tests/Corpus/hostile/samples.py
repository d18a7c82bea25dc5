"""A sound model and sound samples for it: the other side of hostile data, and the control of hostile files."""
import io

import numpy
from onnx import TensorProto, helper, numpy_helper

COUNT, FEATURES, HIDDEN, CLASSES = 48, 8, 16, 4


def model():
    """x [N, 8] -> two products -> scores [N, 4]."""
    generator = numpy.random.default_rng(0)
    weights = {"a": (FEATURES, HIDDEN), "b": (HIDDEN, CLASSES)}
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "a"], ["h"]), helper.make_node("Tanh", ["h"], ["t"]), helper.make_node("MatMul", ["t", "b"], ["y"])],
        "sound", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", FEATURES])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", CLASSES])],
        [numpy_helper.from_array(generator.standard_normal(shape).astype(numpy.float32), name) for name, shape in weights.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


def arrays():
    generator = numpy.random.default_rng(1)
    return {
        "x": generator.standard_normal((COUNT, FEATURES)).astype(numpy.float32),
        "labels": generator.integers(0, CLASSES, COUNT),
    }


def npy(array, allow_pickle=False):
    stream = io.BytesIO()
    numpy.lib.format.write_array(stream, array, allow_pickle=allow_pickle)
    return stream.getvalue()


def npz(compressed=False):
    stream = io.BytesIO()
    (numpy.savez_compressed if compressed else numpy.savez)(stream, **arrays())
    return stream.getvalue()


def add(corpus):
    """No hostile files: the sound ones alone."""
    corpus.data("sound", npz(), "", 0)
