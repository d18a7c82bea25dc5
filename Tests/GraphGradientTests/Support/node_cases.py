"""Writes the backend node tests of the `onnx` package as models whose first output is to be differentiated along a direction.

usage: node_cases.py FOLDER

Writes FOLDER/operators.txt, the operators of ONNX's own domain up to operator set 23, one a line, and for every test case
FOLDER/NAME with
    model.onnx      integers, booleans, scalars and what stands for scales are initializers, as they are in exported networks
    case.pb         a GraphProto: its name is the operator; its initializers are, for every input left, `original/NAME`, which gives
                    `expected`, `input/NAME`, where it is differentiated, and a random `direction/NAME`, the random `cotangent` of the first output, and `slope`, in float64: the directional derivative of
                    sum(cotangent * output), by central differences of a float64 evaluation by onnx's reference evaluator,
                    left out where that cannot run or differs from what the package expects
A case with inputs that are no tensors, or without an input and an output of float32 or float64, is written without a model.
"""

import pathlib
import sys
import warnings

import numpy
import onnx
from onnx import defs, numpy_helper
from onnx.backend.test.case.node import collect_testcases
from onnx.reference import ReferenceEvaluator

from central_differences import OPERATORS, widened, widened_model

NEWEST = 23
STEP = 1e-5
# Inputs that may be floats and say how, not what, to compute.
PARAMETERS = {"OneHot": (0, 1), "Resize": (1, 2, 3)}
REAL = (numpy.float32, numpy.float64)


def operators():
    """The names of the operators that are not deprecated by operator set 23."""
    newest = {}
    for schema in defs.get_all_schemas_with_history():
        if schema.domain == "" and schema.since_version <= NEWEST:
            newest[schema.name] = max(schema, newest.get(schema.name, schema), key=lambda each: each.since_version)
    return sorted(name for name, schema in newest.items() if not schema.deprecated)


def is_parameter(operator, index, array):
    """Whether an input is a constant of exported networks, which rules may need to know."""
    return array.dtype not in REAL or array.ndim == 0 or index in PARAMETERS.get(operator, ())


def frozen(model, feeds):
    """The model with its parameters as initializers, and the other inputs."""
    operator = model.graph.node[0].op_type
    others = {}
    for index, (name, array) in enumerate(feeds.items()):
        if is_parameter(operator, index, array):
            model.graph.initializer.append(numpy_helper.from_array(array, name))
        else:
            others[name] = array
    kept = [value for value in model.graph.input if value.name in others]
    del model.graph.input[:]
    model.graph.input.extend(kept)
    return others


class Loss:
    """sum(cotangent * output) of a model, in float64, along a direction."""

    def __init__(self, model, cotangent, expected):
        self.evaluator = ReferenceEvaluator(widened_model(model), new_ops=OPERATORS)
        self.cotangent, self.expected = cotangent, expected

    def agrees(self, inputs):
        found = self.evaluator.run(None, {name: widened(array) for name, array in inputs.items()})[0]
        return numpy.allclose(found, self.expected, rtol=1e-3, atol=1e-4)

    def at(self, inputs, directions, step):
        moved = {name: widened(array) + step * directions[name] for name, array in inputs.items()}
        return numpy.sum(self.cotangent * self.evaluator.run(None, moved)[0])

    def slope(self, inputs, directions):
        """The derivative, and whether it is the same on both sides and over a longer way."""
        left, here, right = (self.at(inputs, directions, step) for step in (-STEP, 0, STEP))
        slopes = [(here - left) / STEP, (right - here) / STEP]
        slopes.append((self.at(inputs, directions, 3 * STEP) - self.at(inputs, directions, -3 * STEP)) / (6 * STEP))
        is_smooth = max(slopes) - min(slopes) <= 1e-3 * (1 + abs(slopes[2]))
        return (right - left) / (2 * STEP), is_smooth


def away_from_kinks(loss, inputs, directions, random):
    """The inputs, moved a little where there is a kink or a pole, and the slope there."""
    slope, is_smooth = loss.slope(inputs, directions)
    if not is_smooth:
        inputs = {name: (array + 0.01 * random.uniform(0.1, 1, array.shape)).astype(array.dtype) for name, array in inputs.items()}
        slope, _ = loss.slope(inputs, directions)
    return inputs, slope


def write(case, folder):
    folder.mkdir()
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    graph = onnx.GraphProto(name=model.graph.node[0].op_type)
    arrays, expected = case.data_sets[0]
    tensors = []
    names = [value.name for value in model.graph.input]
    if all(isinstance(array, (numpy.ndarray, numpy.generic)) for array in [*arrays, expected[0]]):
        inputs = frozen(model, {name: numpy.asarray(array) for name, array in zip(names, arrays)})
        if any(array.size for array in inputs.values()) and expected[0].dtype in REAL:
            random = numpy.random.RandomState(1)
            # In the type in which the gradient graph takes its seed.
            cotangent = random.uniform(-1, 1, expected[0].shape).astype(expected[0].dtype)
            directions = {name: random.uniform(-1, 1, array.shape) for name, array in inputs.items()}
            del model.graph.output[1:]
            (folder / "model.onnx").write_bytes(model.SerializeToString())
            tensors.append(("expected", expected[0]))
            original = inputs
            try:
                loss = Loss(model, cotangent, expected[0])
                if loss.agrees(inputs):
                    inputs, slope = away_from_kinks(loss, inputs, directions, random)
                    tensors.append(("slope", numpy.asarray(slope, numpy.float64)))
            except Exception:
                pass  # The evaluator does not have this form; the caller then asks ONNX Runtime.
            tensors += [(f"original/{name}", array) for name, array in original.items()]
            tensors += [(f"input/{name}", array) for name, array in inputs.items()] + [("cotangent", cotangent)]
            tensors += [(f"direction/{name}", array) for name, array in directions.items()]
    graph.initializer.extend(numpy_helper.from_array(numpy.asarray(array), name) for name, array in tensors)
    (folder / "case.pb").write_bytes(graph.SerializeToString())


warnings.simplefilter("ignore")
numpy.seterr(all="ignore")
root = pathlib.Path(sys.argv[1])
(root / "operators.txt").write_text("".join(f"{name}\n" for name in operators()))
for case in collect_testcases(None):
    # The expanded ones are the same functions in primitive operators; some cases have several nodes or another domain.
    if "_expanded" not in case.name and case.data_sets and len(case.model.graph.node) == 1:
        if case.model.graph.node[0].domain in ("", "ai.onnx"):
            write(case, root / case.name)
