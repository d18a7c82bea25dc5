#!/usr/bin/env python3
"""Writes ResNet-50 and ResNeXt-50 (32x4d) at 224 x 224 as ONNX with random weights, and random images with labels for them.

    random_networks.py FOLDER [--samples 32] [--seed 0]    writes FOLDER/resnet50.onnx, FOLDER/resnext50-32x4d.onnx, FOLDER/random.npz

Times depend on shapes alone, nearly. The architectures are those of He et al. (arXiv 1512.03385, with the stride in the 3 x 3 convolution)
and Xie et al. (arXiv 1611.05431), batch normalisation folded into the convolutions.
"""
import argparse
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CLASSES = 1000


class Builder:
    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.constants = [], []

    def node(self, op, inputs, name, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def constant(self, name, values):
        self.constants.append(numpy_helper.from_array(values.astype(np.float32), name))
        return name

    def conv(self, x, name, inputs, outputs, kernel, stride=1, groups=1, gain=2.0):
        """Weights of variance gain / K, which keeps the size of what passes through a ReLU network at gain 2."""
        shape = (outputs, inputs // groups, kernel, kernel)
        weight = self.random.standard_normal(shape) * np.sqrt(gain / np.prod(shape[1:]))
        bias = 0.01 * self.random.standard_normal(outputs)
        return self.node(
            "Conv", [x, self.constant(name + ".weight", weight), self.constant(name + ".bias", bias)], name, kernel_shape=[kernel] * 2,
            strides=[stride] * 2, pads=[kernel // 2] * 4, group=groups)

    def block(self, x, name, inputs, width, outputs, stride, groups):
        y = self.node("Relu", [self.conv(x, name + ".conv1", inputs, width, 1)], name + ".relu1")
        y = self.node("Relu", [self.conv(y, name + ".conv2", width, width, 3, stride, groups)], name + ".relu2")
        # A small last convolution, so that 16 residuals do not add up to large numbers.
        y = self.conv(y, name + ".conv3", width, outputs, 1, gain=0.2)
        if stride != 1 or inputs != outputs:
            x = self.conv(x, name + ".downsample", inputs, outputs, 1, stride, gain=1.0)
        return self.node("Relu", [self.node("Add", [y, x], name + ".add")], name + ".relu3")


def network(groups, group_width, seed):
    """`group_width`: channels of a group of the 3 x 3 convolution in the first stage, doubled from stage to stage."""
    builder = Builder(seed)
    x = builder.node("Relu", [builder.conv("input", "conv1", 3, 64, 7, 2)], "relu1")
    x = builder.node("MaxPool", [x], "pool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    inputs = 64
    for stage, blocks in enumerate((3, 4, 6, 3)):
        width, outputs = groups * group_width * 2**stage, 256 * 2**stage
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            x = builder.block(x, f"layer{stage + 1}.{block}", inputs, width, outputs, stride, groups)
            inputs = outputs
    x = builder.node("Flatten", [builder.node("GlobalAveragePool", [x], "average")], "flat")
    weight = builder.random.standard_normal((CLASSES, inputs)) / np.sqrt(inputs)
    parameters = [builder.constant("fc.weight", weight), builder.constant("fc.bias", np.zeros(CLASSES))]
    x = builder.node("Gemm", [x, *parameters], "logits", transB=1)
    graph = helper.make_graph(
        builder.nodes, "network", [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, 224, 224])],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["batch", CLASSES])], builder.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--samples", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    onnx.save(network(1, 64, arguments.seed), arguments.folder / "resnet50.onnx")
    onnx.save(network(32, 4, arguments.seed), arguments.folder / "resnext50-32x4d.onnx")
    random = np.random.default_rng(arguments.seed)
    images = random.integers(0, 256, (arguments.samples, 3, 224, 224), dtype=np.uint8)
    np.savez(arguments.folder / "random.npz", input=images, labels=random.integers(0, CLASSES, arguments.samples, dtype=np.int32))


if __name__ == "__main__":
    main()
