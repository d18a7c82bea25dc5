"""check_factors.py ORIGINAL WRITTEN FACTORS DATA SCHEMA

Checks an exported safetensors file: its map against the schema, every digest against the original model's weights, and every use of a factored
layer against ONNX Runtime: what the exported modules make of the value that goes into the nodes in its place is what these make of it.
Products are NumPy's, convolutions the onnx package's reference evaluator's. Prints as JSON, by the value that the use computes,
  difference: the largest one, relative to the largest output
  modules, weight, inputAxis, outputAxis, addend: as in the map
  scheme, form: of its layer
"""
import hashlib
import json
import struct
import sys

import numpy
import onnx
import onnxruntime
from jsonschema import Draft202012Validator
from onnx.reference import ReferenceEvaluator

TYPES = {"F64": numpy.float64, "F32": numpy.float32, "F16": numpy.float16}


def safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__")
    return metadata, {
        name: numpy.frombuffer(data[slice(*entry["data_offsets"])], TYPES[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()}


def convolved(x, weight, bias, module):
    """By the reference evaluator, with the module's geometry alone."""
    names = ["x", "w"] + ([] if bias is None else ["b"])
    attributes = {"strides": module["stride"], "dilations": module["dilation"], "group": module["groups"]}
    if "padding" in module:
        attributes["pads"] = module["padding"] * 2
    else:
        attributes["auto_pad"] = module["autoPad"]
    node = onnx.helper.make_node("Conv", names, ["y"], **attributes)
    values = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names]
    result = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)
    model = onnx.helper.make_model(
        onnx.helper.make_graph([node], "g", values, [result]), opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    return ReferenceEvaluator(model).run(None, dict(zip(names, (a.astype(numpy.float32) for a in [x, weight, bias] if a is not None))))[0]


def applied(modules, x, tensors):
    def tensor(reference):
        if reference is None:
            return None
        array = tensors[reference["tensor"]]
        return array.T if reference["transposed"] else array

    for module in modules:
        weight, bias = tensor(module.get("weight")), tensor(module.get("bias"))
        kind = module["type"]
        if kind == "Linear":
            x = x @ weight.T if bias is None else x @ weight.T + bias
        elif kind == "Embedding":
            x = weight[x]
        elif kind.startswith("ZeroPad"):
            pairs = list(zip(module["padding"][::2], module["padding"][1::2]))[::-1]
            x = numpy.pad(x, [(0, 0), (0, 0)] + pairs)
        else:
            assert kind == f"Conv{weight.ndim - 2}d", kind
            x = convolved(x, weight, bias, module)
    return x


def values(path, names, data):
    """Any values of a model, by ONNX Runtime."""
    model = onnx.load(path)
    known = {value.name for value in [*model.graph.output, *model.graph.input]}
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names if name not in known)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    feeds = {value.name: data[value.name][:16] for value in session.get_inputs()}
    outputs = [output.name for output in session.get_outputs()]
    return {**feeds, **dict(zip(outputs, session.run(None, feeds)))}


original, written, factors, data, schema = sys.argv[1:]
metadata, tensors = safetensors(factors)
assert metadata["format"] == "pt", metadata
document = json.loads(metadata["jointrank.factors"])
with open(schema, encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
Draft202012Validator(schema).validate(document)

before = onnx.load(original).graph
weights = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in before.initializer}
weights |= {node.output[0]: onnx.numpy_helper.to_array(node.attribute[0].t) for node in before.node if node.op_type == "Constant"}
producers = {output: node for node in before.node for output in node.output}
uses = [(layer, use) for layer in document["layers"] for use in layer["uses"]]
used = {m[key]["tensor"] for _, use in uses for m in use["modules"] for key in ("weight", "bias") if key in m}
assert used == set(tensors), (used, set(tensors))

found = {}
for layer, use in uses:
    node = producers[use["output"]]
    # A bias that stood in a node of its own is part of the modules.
    result = use["output"]
    if node.op_type == "MatMul" and "bias" in use["modules"][-1]:
        (result,) = [other.output[0] for other in before.node if other.op_type == "Add" and result in other.input]
    stored = weights[use["weight"]["name"]]
    held = [array for array in (stored, stored.T) if list(array.shape) == use["weight"]["shape"]]
    digests = [hashlib.sha256(numpy.ascontiguousarray(array).tobytes()).hexdigest() for array in held]
    assert use["weight"]["sha256"] in digests, use
    source = node.input[1 if node.op_type == "Gather" or use["inputAxis"] == use["outputAxis"] == -2 else 0]
    computed = values(written, [source, result], numpy.load(data))
    x, y = computed[source], computed[result]
    moves = use["op"] != "Conv" and node.op_type != "Gather"
    if moves and use["inputAxis"] == -2:
        x = numpy.swapaxes(x, -1, -2)
    made = applied(use["modules"], x, tensors)
    if moves and use["outputAxis"] == -2:
        made = numpy.swapaxes(made, -1, -2)
    if "addend" in use:
        made = made + weights[use["addend"]]
    found[use["output"]] = {
        "difference": float(numpy.abs(made.astype(numpy.float64) - y).max() / numpy.abs(y).max()),
        "modules": [module["type"] for module in use["modules"]], "weight": use["weight"]["name"],
        "tensors": [module["weight"]["tensor"] for module in use["modules"] if "weight" in module],
        "scheme": layer["scheme"], "form": layer["form"]}
print(json.dumps(found))
