"""An ONNX graph as a PyTorch module, for the operators of common image networks.

Convolutions and products with constant weights become nn.Conv2d and nn.Linear, so that hooks can be put on them; everything else is a
function. Nodes that depend on no input are evaluated once, at loading.
"""
import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional


class Network(nn.Module):
    """`layers` maps node names to modules; a module may be exchanged for another one with the same inputs and outputs."""

    def __init__(self, path):
        """Reads the model at `path`; it must have one input and float weights. Raises NotImplementedError, naming the node."""
        super().__init__()
        graph = onnx.load(path).graph
        values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
        self.input = next(v.name for v in graph.input if v.name not in values)
        self.output = graph.output[0].name
        self.layers, self.steps, varying = {}, [], {self.input}
        modules = nn.ModuleList()
        for node in graph.node:
            name = node.name or node.output[0]
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            layer = weighted(node, attributes, values)
            if layer is not None:
                padding, module = layer
                modules.append(module)
                self.layers[name] = module
                self.steps.append((name, padding, [node.input[0]], node.output[0]))
            elif node.op_type in OPERATORS and len(node.output) == 1:
                function = OPERATORS[node.op_type](attributes)
                if varying.isdisjoint(node.input):
                    values[node.output[0]] = function(*(values.get(i) for i in node.input))
                    continue
                self.steps.append((None, function, list(node.input), node.output[0]))
            else:
                raise NotImplementedError(f"node '{name}': operator {node.op_type} in this form")
            varying.add(node.output[0])
        self.modules_in_order = modules
        used = {i for step in self.steps for i in step[2]} - varying
        self.constants = {i: values[i] for i in used if i}
        self.last_use = {i: index for index, step in enumerate(self.steps) for i in step[2]}

    def forward(self, x):
        values = {**self.constants, self.input: x}
        for index, (name, function, inputs, output) in enumerate(self.steps):
            arguments = [values[i] if i else None for i in inputs]
            if name is None:
                values[output] = function(*arguments)
            else:
                values[output] = self.layers[name](function(arguments[0]))
            del arguments
            for i in inputs:
                if self.last_use[i] == index and i != self.output:
                    values.pop(i, None)
        return values[self.output]

    def double(self):
        self.constants = {i: v.double() if v.is_floating_point() else v for i, v in self.constants.items()}
        return super().double()


def weighted(node, attributes, values):
    """(function of the input, module) of a convolution or a product with constant weights, else None."""
    if node.op_type not in ("Conv", "Gemm", "MatMul") or node.input[1] not in values or node.input[0] in values:
        return None
    weight = values[node.input[1]]
    bias = values[node.input[2]] if len(node.input) > 2 and node.input[2] else None
    if node.op_type == "Conv":
        if weight.ndim != 4 or attributes.get("auto_pad", b"NOTSET") != b"NOTSET":
            return None
        pads = attributes.get("pads", [0, 0, 0, 0])
        even = pads[:2] == pads[2:]
        groups = attributes.get("group", 1)
        module = nn.Conv2d(
            weight.shape[1] * groups, weight.shape[0], tuple(weight.shape[2:]), attributes.get("strides", 1),
            tuple(pads[:2]) if even else 0, attributes.get("dilations", 1), groups, bias is not None)
        function = identity if even else lambda x: functional.pad(x, (pads[1], pads[3], pads[0], pads[2]))
    else:
        if weight.ndim != 2 or attributes.get("transA", 0):
            return None
        if node.op_type == "MatMul" or not attributes.get("transB", 0):
            weight = weight.T
        weight = weight * attributes.get("alpha", 1.0)
        if bias is not None:
            bias = (bias * attributes.get("beta", 1.0)).expand(weight.shape[0])
        module, function = nn.Linear(weight.shape[1], weight.shape[0], bias is not None), identity
    with torch.no_grad():
        module.weight.copy_(weight)
        if bias is not None:
            module.bias.copy_(bias)
    return function, module


def identity(x):
    return x


def pooling(function, **more):
    def make(attributes):
        if attributes.get("auto_pad", b"NOTSET") != b"NOTSET" or attributes.get("ceil_mode", 0):
            raise NotImplementedError("a pool with automatic padding or rounding up")
        kernel, pads = attributes["kernel_shape"], attributes.get("pads", [0, 0, 0, 0])
        if pads[:2] != pads[2:]:
            raise NotImplementedError("a pool with uneven padding")
        options = {key: value(attributes) for key, value in more.items()}
        return lambda x: function(x, kernel, attributes.get("strides", [1] * len(kernel)), pads[:2], **options)
    return make


def reshape(attributes):
    def apply(x, shape):
        sizes = [x.shape[i] if size == 0 else size for i, size in enumerate(shape.tolist())]
        return x.reshape(sizes)
    return apply


def slices(attributes):
    def apply(x, starts, ends, axes=None, steps=None):
        axes = range(len(starts)) if axes is None else axes.tolist()
        steps = [1] * len(starts) if steps is None else steps.tolist()
        for start, end, axis, step in zip(starts.tolist(), ends.tolist(), axes, steps):
            chosen = range(x.shape[axis])[slice(start, end if end >= -x.shape[axis] else None, step)]
            x = x.index_select(axis, torch.tensor(chosen, dtype=torch.int64))
        return x
    return apply


def pad(attributes):
    def apply(x, pads, value=None):
        if attributes.get("mode", b"constant") != b"constant":
            raise NotImplementedError("Pad that is not constant")
        begin, end = pads.tolist()[: x.ndim], pads.tolist()[x.ndim :]
        pairs = [size for axis in reversed(range(x.ndim)) for size in (begin[axis], end[axis])]
        return functional.pad(x, pairs, value=0 if value is None else float(value))
    return apply


def constant_of_shape(attributes):
    fill = torch.from_numpy(numpy_helper.to_array(attributes["value"]).copy()) if "value" in attributes else torch.zeros(1)
    return lambda shape: fill.expand(shape.tolist()).clone()


def cast(attributes):
    dtype = torch.from_numpy(np.zeros(1, onnx.helper.tensor_dtype_to_np_dtype(attributes["to"]))).dtype
    return lambda x: x.to(dtype)


def unsqueeze(attributes):
    def apply(x, axes):
        for axis in sorted(axes.reshape(-1).tolist()):
            x = x.unsqueeze(axis)
        return x
    return apply


# By operator: a function of the node's attributes that makes the function of its inputs.
OPERATORS = {
    "Relu": lambda a: functional.relu,
    "Clip": lambda a: lambda x, low=None, high=None: torch.clamp(
        x, None if low is None else float(low), None if high is None else float(high)),
    "Sigmoid": lambda a: torch.sigmoid,
    "HardSigmoid": lambda a: lambda x: torch.clamp(a.get("alpha", 0.2) * x + a.get("beta", 0.5), 0, 1),
    "HardSwish": lambda a: functional.hardswish,
    "Add": lambda a: torch.add,
    "Mul": lambda a: torch.mul,
    "MaxPool": pooling(functional.max_pool2d, dilation=lambda a: a.get("dilations", 1)),
    "AveragePool": pooling(functional.avg_pool2d, count_include_pad=lambda a: bool(a.get("count_include_pad", 0))),
    "GlobalAveragePool": lambda a: lambda x: x.mean(dim=(2, 3), keepdim=True),
    "Flatten": lambda a: lambda x: x.reshape(int(np.prod(x.shape[: a.get("axis", 1)])), -1),
    "Reshape": reshape,
    "Transpose": lambda a: lambda x: x.permute(a.get("perm", list(reversed(range(x.ndim))))),
    "Concat": lambda a: lambda *x: torch.cat(x, a["axis"]),
    "Slice": slices,
    "Pad": pad,
    "Identity": lambda a: identity,
    "Constant": lambda a: lambda: torch.from_numpy(numpy_helper.to_array(a["value"]).copy()),
    "ConstantOfShape": constant_of_shape,
    "Cast": cast,
    "Shape": lambda a: lambda x: torch.tensor(x.shape),
    "Gather": lambda a: lambda x, index: x.index_select(a.get("axis", 0), index.reshape(-1)).reshape(
        [*x.shape[: a.get("axis", 0)], *index.shape, *x.shape[a.get("axis", 0) + 1 :]]),
    "Unsqueeze": unsqueeze,
}
