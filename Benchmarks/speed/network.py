"""An ONNX graph as a PyTorch module, for the operators of common image networks and transformers.

Convolutions and products with constant weights become nn.Conv2d and nn.Linear, so that hooks can be put on them; everything else is a
function, products with the transposed copy of an embedding's table too. Nodes that depend on no input are evaluated once, at loading.
"""
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

from operators import OPERATORS, identity


class Network(nn.Module):
    """`layers` maps node names to modules; a module may be exchanged for another one with the same inputs and outputs."""

    def __init__(self, path):
        """Reads the model at `path`; it must have float weights. Raises NotImplementedError, naming the node."""
        super().__init__()
        graph = onnx.load(path).graph
        values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
        # In the order in which they are passed, and which of them are floating-point numbers.
        given = [v for v in graph.input if v.name not in values]
        self.inputs = {v.name: v.type.tensor_type.elem_type == onnx.TensorProto.FLOAT for v in given}
        self.output = graph.output[0].name
        self.layers, self.steps, varying = {}, [], set(self.inputs)
        tables = [n.input[0] for n in graph.node if n.op_type == "Gather" and n.input[0] in values and values[n.input[0]].ndim == 2]
        modules = nn.ModuleList()
        for node in graph.node:
            name = node.name or node.output[0]
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            layer, table = weighted(node, attributes, values), tied(node, values, tables)
            if table:
                self.steps.append((None, functional.linear, [node.input[0], table], list(node.output)))
            elif layer is not None:
                padding, module = layer
                modules.append(module)
                self.layers[name] = module
                self.steps.append((name, padding, [node.input[0]], list(node.output)))
            elif node.op_type in OPERATORS and (len(node.output) == 1 or node.op_type == "Split"):
                function = OPERATORS[node.op_type](attributes)
                if varying.isdisjoint(node.input) and len(node.output) == 1:
                    values[node.output[0]] = function(*(values.get(i) for i in node.input))
                    continue
                self.steps.append((None, function, list(node.input), list(node.output)))
            else:
                raise NotImplementedError(f"node '{name}': operator {node.op_type} in this form")
            varying.update(node.output)
        self.modules_in_order = modules
        used = {i for step in self.steps for i in step[2]} - varying
        self.constants = {i: values[i] for i in used if i}
        self.last_use = {i: index for index, step in enumerate(self.steps) for i in step[2]}

    def forward(self, *inputs):
        values = {**self.constants, **dict(zip(self.inputs, inputs))}
        for index, (name, function, inputs, outputs) in enumerate(self.steps):
            arguments = [values[i] if i else None for i in inputs]
            if name is None:
                result = function(*arguments)
            else:
                result = self.layers[name](function(arguments[0]))
            values.update(zip(outputs, result) if len(outputs) > 1 else [(outputs[0], result)])
            del arguments, result
            for i in inputs:
                if self.last_use[i] == index and i != self.output:
                    values.pop(i, None)
        return values[self.output]

    def double(self):
        self.constants = {i: v.double() if v.is_floating_point() else v for i, v in self.constants.items()}
        return super().double()


def tied(node, values, tables):
    """The embedding table whose transposed copy this node multiplies with, else None: exporters write a tied output layer so."""
    if node.op_type != "MatMul" or node.input[1] not in values or values[node.input[1]].ndim != 2:
        return None
    weight = values[node.input[1]].T
    return next((t for t in tables if values[t].shape == weight.shape and torch.equal(values[t], weight)), None)


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
