"""Tests of the reference implementation, in float64: identities that tie statistics, factors and gates to the network itself."""
import contextlib
import pathlib
import tempfile

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

import calibration
import random_transformers
from network import Network


def small_model(path, seed=0):
    """Strides, uneven padding, dilation, groups, a depthwise layer, a gate, a residual, pools and both kinds of products."""
    random = np.random.default_rng(seed)
    nodes, constants = [], []

    def constant(name, shape):
        values = random.standard_normal(shape) / np.sqrt(max(1, np.prod(shape[1:])))
        constants.append(numpy_helper.from_array(values.astype(np.float32), name))
        return name

    def node(op, inputs, output, **attributes):
        nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def conv(x, output, shape, bias=True, **attributes):
        inputs = [x, constant(output + ".weight", shape)] + ([constant(output + ".bias", shape[:1])] if bias else [])
        return node("Conv", inputs, output, kernel_shape=shape[2:], **attributes)

    for name, value in (("low", 0.0), ("high", 6.0)):
        constants.append(numpy_helper.from_array(np.float32(value), name))
    x = conv("input", "stem", [8, 3, 3, 3], pads=[0, 1, 1, 0], strides=[2, 2])
    skip = x = node("Clip", [x, "low", "high"], "clip")
    x = node("Relu", [conv(x, "grouped", [8, 2, 3, 2], bias=False, group=4, dilations=[2, 1], pads=[2, 0, 2, 1])], "relu")
    x = conv(x, "depthwise", [8, 1, 3, 3], group=8, pads=[1, 1, 1, 1])
    x = node("Add", [x, skip], "add")
    gate = node("Sigmoid", [conv(node("GlobalAveragePool", [x], "squeeze"), "excite", [8, 8, 1, 1])], "sigmoid")
    x = node("MaxPool", [node("Mul", [x, gate], "mul")], "max", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    x = conv(x, "strided", [12, 8, 1, 1], strides=[2, 1])
    x = node("AveragePool", [x], "average", kernel_shape=[2, 2], strides=[1, 1])
    x = node("Flatten", [x], "flat")
    x = node("Relu", [node("Gemm", [x, constant("gemm.weight", [10, 24]), constant("gemm.bias", [10])], "gemm", transB=1)], "relu2")
    x = node("Add", [node("MatMul", [x, constant("matmul.weight", [10, 5])], "matmul"), constant("bias", [5])], "logits")
    graph = helper.make_graph(
        nodes, "small", [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 3, 15, 13])],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["n", 5])], constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


class Checks:
    def __init__(self):
        self.failed = 0

    def close(self, what, value, expected, tolerance):
        error = float((value - expected).abs().max() / expected.abs().max().clamp_min(1e-300))
        self.true(f"{what}: relative error {error:.1e}", error <= tolerance)

    def true(self, what, passed):
        self.failed += not passed
        print(f"{'ok    ' if passed else 'FAILED'} {what}")


def run(arguments):
    checks = Checks()
    if arguments.model is not None:
        from reference import Samples
        arguments.samples = arguments.samples or 4
        x, labels = next(Samples(arguments, Network(arguments.model).inputs).batches(arguments.samples))
        check_network(checks, arguments.model, x, labels)
        return 1 if checks.failed else 0
    check_grid(checks)
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        path = str(pathlib.Path(folder) / "small.onnx")
        small_model(path)
        check_network(checks, path, [torch.from_numpy(random.standard_normal((6, 3, 15, 13)))], torch.from_numpy(random.integers(0, 5, 6)))
        for name in ("gpt2", "bert"):
            network, data = getattr(random_transformers, name), getattr(random_transformers, name + "_data")
            print(f"       {name}:")
            onnx.save(network(layers=2, width=12, heads=3, vocabulary=11, most_positions=9, deviation=0.3), path)
            arrays = data(random, 5, 7, 11)
            # Padding of the first two sequences, which neither attention nor the loss may look at.
            if "attention_mask" in arrays:
                arrays["attention_mask"][:2, 4:] = 0
            else:
                arrays["labels"][:2, 4:] = calibration.IGNORED
            *x, labels = (torch.from_numpy(array.astype(np.int64)) for array in arrays.values())
            check_network(checks, path, x, labels)
    return 1 if checks.failed else 0


def check_grid(checks):
    """A grid of positions is a part of all positions."""
    for kernel, dilation, padding, stride, groups in ((3, 1, 1, 1, 2), (3, 2, 0, 2, 1), (1, 1, 0, 2, 4), (2, 1, 1, 1, 1)):
        layer = torch.nn.Conv2d(4, 8, kernel, stride, padding, dilation, groups)
        x = torch.randn(3, 4, 11, 9, generator=torch.Generator().manual_seed(0))
        height, width = layer(x).shape[2:]
        whole, _ = calibration.patches(layer, x, 0)
        part, share = calibration.patches(layer, x, -(-height * width // 4))
        expected = whole.reshape(*whole.shape[:2], 3, height, width)[..., ::2, ::2].flatten(2)
        passed = part.shape == expected.shape and torch.equal(part, expected) and share == whole.shape[2] / part.shape[2]
        checks.true(f"grid of positions: kernel {kernel}, dilation {dilation}, padding {padding}, stride {stride}, {groups} groups", passed)


def check_network(checks, path, x, labels):
    from reference import factor, treatable
    network = Network(path)
    single = [value.float() if value.is_floating_point() else value for value in x]
    expected = ReferenceEvaluator(path).run(None, {name: value.numpy() for name, value in zip(network.inputs, single)})[0]
    checks.close("logits against onnx's evaluator", network(*single).detach().double(), torch.from_numpy(expected).double(), 1e-4)

    x = [value.double() if value.is_floating_point() else value for value in x]
    network = network.double().requires_grad_(False)
    logits = network(*x)
    layers = treatable(network)
    outputs, hooks = {}, []
    for name, layer in layers.items():
        hooks.append(layer.register_forward_hook(lambda layer, inputs, output, name=name: outputs.__setitem__(name, output)))
    statistics = calibration.Statistics(layers, most_positions=0)
    generator = torch.Generator().manual_seed(0)
    drawn = calibration.drawn_labels(logits, labels, torch.Generator().manual_seed(0))
    statistics.add_batch(network, x, labels, generator, lambda stage: contextlib.nullcontext())
    statistics.finish()
    loss = calibration.loss_sum(network(*x), drawn, is_drawn=True)
    gradients = dict(zip(layers, torch.autograd.grad(loss, [outputs[name] for name in layers])))
    for hook in hooks:
        hook.remove()
    weights = {name: calibration.grouped_weight(layer) for name, layer in layers.items()}
    for name, layer in layers.items():
        a, b, w = statistics.inputs[name], statistics.gradients[name], weights[name]
        for what, moment in (("A", a), ("B", b)):
            values = torch.linalg.eigvalsh(moment)
            passed = torch.equal(moment, moment.mT) or (moment - moment.mT).abs().max() <= 1e-12 * moment.abs().max()
            checks.true(f"{name}: {what} {list(moment.shape)} symmetric", bool(passed))
            checks.true(f"{name}: {what} positive semidefinite", bool((values >= -1e-10 * values.amax().clamp_min(1e-300)).all()))
        linear = calibration.channels_second(layer, outputs[name].detach())
        if layer.bias is not None:
            linear = linear - layer.bias.detach().reshape(-1, *[1] * (linear.ndim - 2))
        checks.close(
            f"{name}: tr(W A WT) is the mean of |W x|^2", (w @ a @ w.mT).diagonal(dim1=1, dim2=2).sum(),
            linear.square().sum() / len(labels), 1e-9)
        checks.close(
            f"{name}: tr B is the mean of |g|^2", b.diagonal(dim1=1, dim2=2).sum(), gradients[name].square().sum() / len(labels), 1e-9)

    products = {name: (statistics.weight_gradients[name] * layer.weight.detach()).sum() for name, layer in layers.items()}
    network.requires_grad_(False)
    factored = factor(network, layers, statistics)
    for name, layer in factored.items():
        r = layer.v.weight.shape[0] // weights[name].shape[0]
        u = layer.u.weight.reshape(weights[name].shape[0], -1, r)
        v = layer.v.weight.reshape(weights[name].shape[0], r, -1)
        checks.close(f"{name}: U V = W", u @ v, weights[name], 1e-8)
    checks.close("logits of the factored network", network(*x), logits, 1e-8)

    gates = calibration.Gates(factored)
    gates.add_batch(network, x, labels, drawn=drawn)
    first, fisher = gates.finish()
    scale = max(product.abs() for product in products.values())
    for name in factored:
        total = first[name].mean(0).sum()
        error = float((total - products[name]).abs() / scale)
        checks.true(f"{name}: the gates' first-order terms add up to <G, W>: error {error:.1e}", error <= 1e-8)
    check_gates_by_differences(checks, network, factored, x, (("first", first, labels, False), ("fisher", fisher, drawn, True)))


def check_gates_by_differences(checks, network, factored, x, parts):
    """Turns one gate of each layer a little either way; with larger steps, units of ReLU networks pass their kink on the way."""
    step = 1e-6
    for name, layer in factored.items():
        component = layer.v.weight.shape[0] // 2

        def losses(value, target, is_drawn):
            def scaled(h):
                scale = torch.ones(h.shape[1], dtype=h.dtype)
                scale[component] = value
                return h * scale.reshape(-1, *[1] * (h.ndim - 2))
            layer.component_hook = scaled
            return calibration.losses(network(*x), target, is_drawn)

        for other in factored.values():
            other.component_hook = None
        with torch.no_grad():
            for what, values, target, is_drawn in parts:
                difference = (losses(1 + step, target, is_drawn) - losses(1 - step, target, is_drawn)) / (2 * step)
                magnitude = max(float(values[name].abs().max()), 1e-12)
                error = float((values[name][:, component] - difference).abs().max()) / magnitude
                checks.true(f"{name}: {what} gate of component {component} against finite differences: error {error:.1e}", error <= 1e-4)
        layer.component_hook = None
