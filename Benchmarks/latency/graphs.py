"""Models as ONNX Runtime sees them: sessions of one thread, inputs of a batch, and what they hold and compute."""
import math

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

import arithmetic


class FixedBatch(Exception):
    """The graph takes one sample at a time and no more."""


def session(model, optimized=True, profile=None):
    """With one thread. `model`: a path or bytes; `profile`: the beginning of the path that a profile is written to."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    if not optimized:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    if profile:
        options.enable_profiling, options.profile_file_prefix = True, str(profile)
    source = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def fixed_batch(model):
    """The number of samples that a model fixes; None where it takes any."""
    initializers = {tensor.name for tensor in model.graph.initializer}
    lengths = [value.type.tensor_type.shape.dim[0].dim_value for value in model.graph.input if value.name not in initializers]
    return max(lengths, default=0) or None


def with_any_batch(model):
    """A copy whose inputs and outputs declare the first axis as symbolic. Whether the nodes between allow that shows in a run."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    del copy.graph.value_info[:]
    initializers = {tensor.name for tensor in copy.graph.initializer}
    for value in [*copy.graph.input, *copy.graph.output]:
        if value.name not in initializers and value.type.tensor_type.shape.dim:
            value.type.tensor_type.shape.dim[0].dim_param = "batch"
    return copy


def runnable(path, batch):
    """What a session is made of to run the model on so many samples: its path, or the bytes of a copy that takes any number."""
    model = onnx.load(str(path), load_external_data=False)
    return str(path) if fixed_batch(model) in (None, batch) else with_any_batch(model).SerializeToString()


def inputs(path, data, batch, scale=1.0, mean=(0.0,), deviation=(1.0,)):
    """By name, the first samples of the data in the model's types, repeated where there are too few; integers that feed floats are transformed, channels on
    the second axis."""
    model = onnx.load(str(path), load_external_data=False)
    initializers = {tensor.name for tensor in model.graph.initializer}
    found = {}
    with np.load(data) as arrays:
        for value in model.graph.input:
            if value.name in initializers:
                continue
            samples = np.resize(arrays[value.name], (batch, *arrays[value.name].shape[1:]))
            wanted = onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
            if np.issubdtype(wanted, np.floating) and np.issubdtype(samples.dtype, np.integer):
                across = (1, -1) + (1,) * (samples.ndim - 2)
                samples = (samples * scale - np.reshape(mean, across)) / np.reshape(deviation, across)
            found[value.name] = np.ascontiguousarray(samples.astype(wanted))
    return found


def parameters(path):
    """Elements of all floating-point constants."""
    model = onnx.load(str(path))
    constants = [*model.graph.initializer, *(
        attribute.t for node in model.graph.node if node.op_type == "Constant" for attribute in node.attribute if attribute.name == "value")]
    return sum(math.prod(tensor.dims) for tensor in constants if np.issubdtype(numpy_helper.to_array(tensor).dtype, np.floating))


def operations(path, feeds, batch):
    """Multiply-accumulates of a run, by a run of a copy that shows every shape: this owes nothing to JointRank's own count."""
    model = onnx.load(str(path))
    if fixed_batch(model) not in (None, batch):
        model = with_any_batch(model)
    nodes = [node for node in model.graph.node if node.op_type in arithmetic.COUNTED]
    constants = {tensor.name: list(tensor.dims) for tensor in model.graph.initializer}
    known = constants.keys() | {value.name for value in [*model.graph.input, *model.graph.output]}
    wanted = dict.fromkeys(name for node in nodes for name in [*node.input[:2], node.output[0]] if name not in known)
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in wanted)
    plain = session(model.SerializeToString(), optimized=False)
    names = [value.name for value in plain.get_outputs()]
    shapes = {name: list(value.shape) for name, value in feeds.items()} | constants
    shapes |= {name: list(value.shape) for name, value in zip(names, plain.run(names, feeds))}
    return sum(
        arithmetic.operations_of_node(
            node.op_type, [shapes[name] for name in node.input[:2]], shapes[node.output[0]],
            any(attribute.name == "transB" and attribute.i for attribute in node.attribute))
        for node in nodes)
