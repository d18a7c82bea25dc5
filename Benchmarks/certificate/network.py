"""A perceptron of three hidden layers, trained in numpy and written as ONNX, and the losses of such files."""
import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

import images

WIDTHS = [784, 128, 64, 48, 10]
BATCH, RATE, MOMENTUM = 100, 0.05, 0.9
# Of the images to train on, so many are left out, to choose the temperature on.
LEFT_OUT = 2000


def forward(weights, values):
    """The inputs of every layer, and the scores."""
    inputs = [values]
    for index, (matrix, bias) in enumerate(weights):
        values = values @ matrix + bias
        if index + 1 < len(weights):
            values = numpy.maximum(values, 0)
            inputs.append(values)
    return inputs, values


def log_probabilities(scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - numpy.log(numpy.exp(shifted).sum(axis=1, keepdims=True))


def train(pixels, labels, epochs, decay, seed=0):
    """[(weights [in, out], bias [out])] after so many epochs of stochastic gradient descent with a falling rate."""
    generator = numpy.random.default_rng(seed)
    values = images.normalised(pixels)
    weights = [
        [(generator.standard_normal((inputs, outputs)) * (2 / inputs) ** 0.5).astype(numpy.float32), numpy.zeros(outputs, numpy.float32)]
        for inputs, outputs in zip(WIDTHS, WIDTHS[1:])]
    velocities = [[numpy.zeros_like(part) for part in layer] for layer in weights]
    steps = epochs * (len(values) // BATCH)
    step = 0
    for _ in range(epochs):
        order = generator.permutation(len(values))
        for start in range(0, len(order), BATCH):
            batch = order[start:start + BATCH]
            inputs, scores = forward(weights, values[batch])
            gradient = numpy.exp(log_probabilities(scores))
            gradient[numpy.arange(len(batch)), labels[batch]] -= 1
            gradient /= len(batch)
            rate = numpy.float32(RATE * 0.5 * (1 + numpy.cos(numpy.pi * step / steps)))
            for index in reversed(range(len(weights))):
                slopes = [inputs[index].T @ gradient + numpy.float32(decay) * weights[index][0], gradient.sum(axis=0)]
                if index > 0:
                    gradient = (gradient @ weights[index][0].T) * (inputs[index] > 0)
                for part, slope in enumerate(slopes):
                    velocities[index][part] = numpy.float32(MOMENTUM) * velocities[index][part] - rate * slope
                    weights[index][part] = weights[index][part] + velocities[index][part]
            step += 1
    return weights


def calibrated(weights, pixels, labels):
    """The network with its last layer divided by the temperature that has the lowest loss: it is no longer overconfident, so that
    compression has nothing to win by making it less so."""
    _, scores = forward(weights, images.normalised(pixels))
    rows = numpy.arange(len(labels))
    temperature = min(numpy.arange(0.8, 2, 0.01), key=lambda value: -log_probabilities(scores / value)[rows, labels].mean())
    return weights[:-1] + [[part / numpy.float32(temperature) for part in weights[-1]]]


def make(kind, pixels, labels):
    """A network by name: `calibrated`, which compression can hardly improve, or `overconfident`, trained for so long that it can."""
    own, left_out = (pixels[:-LEFT_OUT], labels[:-LEFT_OUT]), (pixels[-LEFT_OUT:], labels[-LEFT_OUT:])
    if kind == "calibrated":
        return calibrated(train(*own, epochs=8, decay=1e-3), *left_out)
    return train(*own, epochs=20, decay=1e-4)


def write(weights, path):
    nodes, initializers, value = [], [], "input"
    for index, (matrix, bias) in enumerate(weights):
        last = index + 1 == len(weights)
        names = [f"dense{index + 1}.{part}" for part in ("weight", "bias")]
        initializers += [numpy_helper.from_array(part, name) for part, name in zip((matrix, bias), names)]
        output = "scores" if last else f"hidden{index + 1}"
        nodes.append(helper.make_node("Gemm", [value, *names], [output], name=f"dense{index + 1}"))
        value = output
        if not last:
            nodes.append(helper.make_node("Relu", [output], [f"active{index + 1}"], name=f"relu{index + 1}"))
            value = f"active{index + 1}"
    graph = helper.make_graph(
        nodes, "perceptron", [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", WIDTHS[0]])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", WIDTHS[-1]])], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString())


class Answers:
    """What a file says of samples: cross-entropies in float64 from the scores on, those at the one temperature that suits the file best on these
    samples, and which answers are right."""

    def __init__(self, path, values, labels):
        scores = _scores(path, values)
        rows = numpy.arange(len(scores))

        def at(temperature, part):
            return -log_probabilities(scores[part] / temperature)[rows[: len(scores[part])], labels[part]]

        everything = slice(None)
        # A tenth of them is enough to find the temperature within the grid.
        some = slice(0, max(5000, len(scores) // 10))
        self.temperature = min(2.0 ** numpy.arange(-3, 3.001, 0.02), key=lambda value: at(value, some).mean())
        self.losses, self.calibrated = at(1, everything), at(self.temperature, everything)
        self.right = (scores.argmax(axis=1) == labels).astype(numpy.float64)


def losses(path, values, labels):
    """Cross-entropy of each sample, in float64 from the scores on."""
    scores = _scores(path, values)
    return -log_probabilities(scores)[numpy.arange(len(scores)), labels]


def _scores(path, values):
    """By the ONNX runtime of Python and not by the one under test."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return numpy.concatenate(
        [session.run(None, {"input": values[start:start + 5000]})[0].astype(numpy.float64) for start in range(0, len(values), 5000)])
