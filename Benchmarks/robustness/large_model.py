"""large_model.py FOLDER [LAYERS]: a network whose weights, 4 MiB a layer, lie outside its file; 768 layers take 3 GiB. With data.npz."""
import pathlib
import sys

import numpy
import onnx
from onnx import TensorProto, helper

WIDTH = 1024
CLASSES = 10

folder = pathlib.Path(sys.argv[1])
layers = int(sys.argv[2]) if len(sys.argv) > 2 else 768
folder.mkdir(parents=True, exist_ok=True)
generator = numpy.random.default_rng(0)


def external(name, offset):
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[WIDTH, WIDTH], data_location=TensorProto.EXTERNAL)
    for key, value in (("location", "weights.bin"), ("offset", str(offset)), ("length", str(4 * WIDTH * WIDTH))):
        tensor.external_data.add(key=key, value=value)
    return tensor


nodes, weights, value = [], [], "x"
with open(folder / "weights.bin", "wb") as file:
    for layer in range(layers):
        weights.append(external(f"w{layer}", file.tell()))
        file.write((generator.standard_normal((WIDTH, WIDTH), dtype=numpy.float32) / 32).tobytes())
        nodes += [
            helper.make_node("MatMul", [value, f"w{layer}"], [f"p{layer}"], name=f"layer{layer}"),
            helper.make_node("Tanh", [f"p{layer}"], [f"t{layer}"]),
            # What passes by keeps the deep network's values in bounds.
            helper.make_node("Mul", [f"t{layer}", "step"], [f"s{layer}"]), helper.make_node("Add", [value, f"s{layer}"], [f"x{layer}"])]
        value = f"x{layer}"
nodes.append(helper.make_node("MatMul", [value, "head"], ["scores"], name="head"))
weights += [
    onnx.numpy_helper.from_array(generator.standard_normal((WIDTH, CLASSES), dtype=numpy.float32) / 32, "head"),
    onnx.numpy_helper.from_array(numpy.float32(layers ** -0.5), "step")]
graph = helper.make_graph(
    nodes, "large", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", WIDTH])],
    [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", CLASSES])], weights)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "model.onnx")
numpy.savez(
    folder / "data.npz", x=generator.standard_normal((64, WIDTH), dtype=numpy.float32), labels=generator.integers(0, CLASSES, 64))
