"""Differentiates small ONNX models numerically: central differences of a float64 evaluation by onnx's reference evaluator.

usage: central_differences.py FOLDER...

Each folder holds
    model.onnx      the forward model, in float32; the names of its graph outputs are those that the loss depends on
    inputs.pb       a GraphProto: its initializers are the values of the model's inputs, its outputs name the inputs to differentiate
    alternate.pb    the same with another batch
and receives
    result.pb       a GraphProto: its value_info holds the type of every value of the model (an axis that differs between the two
                    batches is named, by its length in the first); its initializers are, in float64, for every output `output/NAME` and the random
                    `cotangent/NAME`, and for every differentiated input `gradient/NAME`, the gradient of sum(cotangent * output)
"""

import copy
import math
import pathlib
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun

STEP = 1e-5


class Erf(OpRun):
    """In place of the evaluator's own, which rounds to float32."""

    def _run(self, x):
        return (numpy.vectorize(math.erf, otypes=[x.dtype])(x),)


class Gelu(OpRun):
    """In place of the evaluator's own, which uses its own Erf."""

    def _run(self, x, approximate=None):
        if approximate == "tanh":
            return (x / 2 * (1 + numpy.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),)
        return (x / 2 * (1 + numpy.vectorize(math.erf, otypes=[x.dtype])(x / math.sqrt(2))),)


class Softsign(OpRun):
    """In place of the evaluator's own, which does not take scalars."""

    def _run(self, x):
        return (numpy.asarray(x / (1 + numpy.abs(x))),)


class LpNormalization(OpRun):
    """In place of the evaluator's own, which takes no magnitudes for p = 1."""

    def _run(self, x, axis=-1, p=2):
        norm = numpy.linalg.norm(x, ord=p, axis=axis, keepdims=True)
        return (x / numpy.where(norm == 0, 1, norm),)


OPERATORS = [Erf, Gelu, LpNormalization, Softsign]


def read_graph(path):
    graph = onnx.GraphProto()
    graph.ParseFromString(path.read_bytes())
    return graph


def values(graph):
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}


def widened(array):
    return array.astype(numpy.float64) if array.dtype == numpy.float32 else array


def widened_tensor(tensor):
    return numpy_helper.from_array(widened(numpy_helper.to_array(tensor)), tensor.name)


def widened_model(model):
    """The same model with every float32 replaced by float64."""
    model = copy.deepcopy(model)
    for value in list(model.graph.input) + list(model.graph.output):
        if value.type.tensor_type.elem_type == TensorProto.FLOAT:
            value.type.tensor_type.elem_type = TensorProto.DOUBLE
    for tensor in model.graph.initializer:
        tensor.CopyFrom(widened_tensor(tensor))
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.TENSOR:
                attribute.t.CopyFrom(widened_tensor(attribute.t))
            elif node.op_type == "Cast" and attribute.name == "to" and attribute.i == TensorProto.FLOAT:
                attribute.i = TensorProto.DOUBLE
    return model


def value_types(model, inputs, alternate):
    """Element type and shape of every value, from running all of them at two batches."""
    model = copy.deepcopy(model)
    names = [name for node in model.graph.node for name in node.output if name]
    del model.graph.output[:]
    model.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    evaluator = ReferenceEvaluator(model, new_ops=OPERATORS)
    runs = [dict(zip(names, evaluator.run(None, feeds))) | feeds for feeds in (inputs, alternate)]
    constants = values(model.graph)
    types = []
    for name in list(inputs) + list(constants) + names:
        first, second = (numpy.asarray((constants | run)[name]) for run in runs)
        shape = [a if a == b else str(a) for a, b in zip(first.shape, second.shape)]
        types.append(helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(first.dtype), shape))
    return types


def central_differences(loss, inputs, name):
    """The gradient of `loss` with respect to one input, element by element."""
    point = inputs[name].copy()
    gradient = numpy.zeros_like(point)
    for index in numpy.ndindex(*point.shape):
        sides = []
        for step in (STEP, -STEP):
            moved = point.copy()
            moved[index] += step
            sides.append(loss(inputs | {name: moved}))
        gradient[index] = (sides[0] - sides[1]) / (2 * STEP)
    return gradient


def process(folder):
    model = onnx.load(folder / "model.onnx")
    request = read_graph(folder / "inputs.pb")
    inputs = values(request)
    types = value_types(model, inputs, values(read_graph(folder / "alternate.pb")))

    evaluator = ReferenceEvaluator(widened_model(model), new_ops=OPERATORS)
    inputs = {name: widened(array) for name, array in inputs.items()}
    outputs = [value.name for value in model.graph.output]
    expected = evaluator.run(outputs, inputs)
    random = numpy.random.RandomState(1)
    # Rounded to float32, because the gradient graph takes its seed in that type.
    cotangents = [random.uniform(-1, 1, array.shape).astype(numpy.float32).astype(numpy.float64) for array in expected]

    def loss(feeds):
        return sum(numpy.sum(c * y) for c, y in zip(cotangents, evaluator.run(outputs, feeds)))

    results = {f"output/{name}": array for name, array in zip(outputs, expected)}
    results |= {f"cotangent/{name}": array for name, array in zip(outputs, cotangents)}
    for target in request.output:
        results[f"gradient/{target.name}"] = central_differences(loss, inputs, target.name)
    tensors = [numpy_helper.from_array(numpy.asarray(array, numpy.float64), name) for name, array in results.items()]
    result = onnx.GraphProto(value_info=types, initializer=tensors)
    (folder / "result.pb").write_bytes(result.SerializeToString())


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        try:
            process(pathlib.Path(argument))
        except Exception as error:
            sys.exit(f"{argument}: {type(error).__name__}: {error}")
