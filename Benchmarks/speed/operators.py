"""ONNX operators as functions of PyTorch tensors."""
import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional


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


def softmax(attributes):
    return lambda x: torch.softmax(x, attributes.get("axis", -1))


def layer_normalization(attributes):
    def apply(x, scale, bias=None):
        return functional.layer_norm(x, x.shape[attributes.get("axis", -1) :], scale, bias, attributes.get("epsilon", 1e-5))
    return apply


def split(attributes):
    def apply(x, sizes):
        return x.split(sizes.tolist(), attributes.get("axis", 0))
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
    "Sub": lambda a: torch.sub,
    "Mul": lambda a: torch.mul,
    "Div": lambda a: torch.div,
    "MatMul": lambda a: torch.matmul,
    "Equal": lambda a: torch.eq,
    "Where": lambda a: torch.where,
    "Erf": lambda a: torch.erf,
    "Tanh": lambda a: torch.tanh,
    "Softmax": softmax,
    "LayerNormalization": layer_normalization,
    "Split": split,
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
