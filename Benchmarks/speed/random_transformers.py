#!/usr/bin/env python3
"""Writes transformers of the shapes of GPT-2 small and BERT base as ONNX with random weights, and random token ids with labels for them.

    random_transformers.py FOLDER [--samples 128] [--length 128] [--layers 12] [--vocabulary N] [--seed 0]

writes FOLDER/gpt2-small.onnx and .npz, FOLDER/bert-base.onnx and .npz. Times depend on shapes alone, nearly. Weights have the scale that
these networks start training with. The graphs are written as PyTorch's exporter does: GPT-2's linear layers as Gemm on flattened sequences,
its tied output layer with a transposed copy of the token table; BERT's as MatMul and Add.
"""
import argparse
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from random_networks import Builder

LOWEST = float(np.finfo(np.float32).min)


class TransformerBuilder(Builder):
    def __init__(self, width, heads, deviation, seed):
        """`deviation`: of weights."""
        super().__init__(seed)
        self.width, self.heads, self.deviation = width, heads, deviation

    def integers(self, *values):
        return self.shared(np.array(values, np.int64))

    def number(self, value):
        return self.shared(np.float32(value))

    def shared(self, array):
        """A constant that is written once, whoever asks for it."""
        name = f"constant.{array.dtype}.{array.tolist()}"
        if all(constant.name != name for constant in self.constants):
            self.constants.append(numpy_helper.from_array(array, name))
        return name

    def weights(self, name, *shape, gain=1.0):
        return self.constant(name, gain * self.deviation * self.random.standard_normal(shape, np.float32))

    def bias(self, name, count):
        return self.weights(name + ".bias", count, gain=0.5)

    def embedding(self, ids, name, rows):
        return self.node("Gather", [self.weights(name + ".weight", rows, self.width), ids], name)

    def linear(self, x, name, inputs, outputs):
        weight = self.weights(name + ".weight", inputs, outputs)
        product = self.node("MatMul", [x, weight], name)
        return self.node("Add", [product, self.bias(name, outputs)], name + ".add")

    def linear_on_rows(self, x, name, inputs, outputs, gain=1.0):
        """On [samples * positions, inputs]."""
        rows = self.node("Reshape", [x, self.integers(-1, inputs)], name + ".rows")
        weight = self.weights(name + ".weight", inputs, outputs, gain=gain)
        product = self.node("Gemm", [rows, weight, self.bias(name, outputs)], name)
        lengths = self.node("Slice", [self.node("Shape", [x], name + ".shape"), self.integers(0), self.integers(2)], name + ".lengths")
        shape = self.node("Concat", [lengths, self.integers(outputs)], name + ".sizes", axis=0)
        return self.node("Reshape", [product, shape], name + ".sequences")

    def normalized(self, x, name):
        scale = self.constant(name + ".weight", 1 + 0.1 * self.random.standard_normal(self.width))
        return self.node("LayerNormalization", [x, scale, self.bias(name, self.width)], name, axis=-1)

    def gelu(self, x, name):
        erf = self.node("Erf", [self.node("Div", [x, self.number(2**0.5)], name + ".div")], name + ".erf")
        product = self.node("Mul", [x, self.node("Add", [erf, self.number(1)], name + ".add")], name + ".mul")
        return self.node("Mul", [product, self.number(0.5)], name)

    def attention(self, query, key, value, name, masked):
        """`masked`: a function of the scores [samples, heads, positions, positions]."""
        def by_head(x, part, permutation):
            split = self.node("Reshape", [x, self.integers(0, 0, self.heads, self.width // self.heads)], f"{name}.{part}.heads")
            return self.node("Transpose", [split], f"{name}.{part}.transposed", perm=permutation)

        scores = self.node("MatMul", [by_head(query, "query", [0, 2, 1, 3]), by_head(key, "key", [0, 2, 3, 1])], name + ".scores")
        scores = masked(self.node("Div", [scores, self.number((self.width // self.heads) ** 0.5)], name + ".scaled"))
        shares = self.node("Softmax", [scores], name + ".shares", axis=-1)
        mixed = self.node("MatMul", [shares, by_head(value, "value", [0, 2, 1, 3])], name + ".mixed")
        back = self.node("Transpose", [mixed], name + ".back", perm=[0, 2, 1, 3])
        return self.node("Reshape", [back, self.integers(0, 0, self.width)], name + ".joined")

    def length(self, ids):
        """[1]: of the sequences."""
        shape = self.node("Shape", [ids], "shape")
        return self.node("Unsqueeze", [self.node("Gather", [shape, self.shared(np.int64(1))], "length"), self.integers(0)], "lengths")

    def positions(self, length, most):
        """[1, positions]"""
        self.constants.append(numpy_helper.from_array(np.arange(most, dtype=np.int64)[None], "positions.all"))
        return self.node("Slice", ["positions.all", self.integers(0), length, self.integers(1)], "positions")

    def model(self, inputs, output, output_shape):
        graph = helper.make_graph(
            self.nodes, "network", [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"]) for name in inputs],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, output_shape)], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        return model


def gpt2(layers=12, width=768, heads=12, vocabulary=50257, most_positions=1024, deviation=0.02, seed=0):
    """Normalisation before each block, a causal mask, logits [samples, positions, vocabulary] from the transposed token table."""
    builder = TransformerBuilder(width, heads, deviation, seed)
    length = builder.length("input_ids")
    tokens = builder.embedding("input_ids", "wte", vocabulary)
    places = builder.embedding(builder.positions(length, most_positions), "wpe", most_positions)
    x = builder.node("Add", [tokens, places], "embedded")
    triangle = np.tri(most_positions, dtype=bool)[None, None]
    builder.constants.append(numpy_helper.from_array(triangle, "causal.all"))
    lengths = builder.node("Concat", [length, length], "causal.lengths", axis=0)
    causal = builder.node("Slice", ["causal.all", builder.integers(0, 0), lengths, builder.integers(2, 3)], "causal")
    residual = 1 / np.sqrt(2 * layers)  # so that residuals do not add up to large numbers
    for layer in range(layers):
        name = f"h.{layer}"
        joint = builder.linear_on_rows(builder.normalized(x, name + ".ln_1"), name + ".attn.c_attn", width, 3 * width)
        parts = [f"{name}.attn.{part}" for part in ("query", "key", "value")]
        builder.nodes.append(
            helper.make_node("Split", [joint, builder.integers(*[width] * 3)], parts, name=name + ".attn.split", axis=2))
        mixed = builder.attention(
            *parts, name + ".attn",
            lambda scores: builder.node("Where", [causal, scores, builder.number(LOWEST)], name + ".attn.masked"))
        y = builder.linear_on_rows(mixed, name + ".attn.c_proj", width, width, residual)
        x = builder.node("Add", [x, y], name + ".add_1")
        y = builder.linear_on_rows(builder.normalized(x, name + ".ln_2"), name + ".mlp.c_fc", width, 4 * width)
        y = builder.linear_on_rows(builder.gelu(y, name + ".mlp.gelu"), name + ".mlp.c_proj", 4 * width, width, residual)
        x = builder.node("Add", [x, y], name + ".add_2")
    table = numpy_helper.to_array(next(constant for constant in builder.constants if constant.name == "wte.weight"))
    head = builder.constant("lm_head.weight", np.ascontiguousarray(table.T))
    logits = builder.node("MatMul", [builder.normalized(x, "ln_f"), head], "logits")
    return builder.model(["input_ids"], logits, ["batch", "sequence", vocabulary])


def bert(layers=12, width=768, heads=12, vocabulary=30522, most_positions=512, classes=2, deviation=0.02, seed=0):
    """Normalisation after each block, an attention mask, logits [samples, classes] from the first position."""
    builder = TransformerBuilder(width, heads, deviation, seed)
    tokens = builder.embedding("input_ids", "embeddings.word", vocabulary)
    places = builder.embedding(builder.positions(builder.length("input_ids"), most_positions), "embeddings.position", most_positions)
    x = builder.normalized(builder.node("Add", [tokens, places], "embeddings.add"), "embeddings.norm")
    mask = builder.node("Unsqueeze", ["attention_mask", builder.integers(1, 2)], "mask.wide")
    mask = builder.node("Sub", [builder.number(1), builder.node("Cast", [mask], "mask.float", to=TensorProto.FLOAT)], "mask.absent")
    mask = builder.node("Mul", [mask, builder.number(LOWEST)], "mask")
    for layer in range(layers):
        name = f"layer.{layer}"
        parts = [builder.linear(x, f"{name}.attention.{part}", width, width) for part in ("query", "key", "value")]
        mixed = builder.attention(
            *parts, name + ".attention.self", lambda scores: builder.node("Add", [scores, mask], name + ".attention.self.masked"))
        y = builder.linear(mixed, name + ".attention.output", width, width)
        x = builder.normalized(builder.node("Add", [y, x], name + ".attention.residual"), name + ".attention.norm")
        y = builder.gelu(builder.linear(x, name + ".intermediate", width, 4 * width), name + ".gelu")
        y = builder.linear(y, name + ".output", 4 * width, width)
        x = builder.normalized(builder.node("Add", [y, x], name + ".residual"), name + ".norm")
    first = builder.node("Gather", [x, builder.shared(np.int64(0))], "first", axis=1)
    pooled = builder.node("Tanh", [builder.node(
        "Gemm", [first, builder.weights("pooler.weight", width, width), builder.bias("pooler", width)], "pooler", transB=1)], "pooled")
    # A larger deviation than at the start of training, so that predictions differ.
    classifier = builder.weights("classifier.weight", classes, width, gain=5)
    logits = builder.node("Gemm", [pooled, classifier, builder.bias("classifier", classes)], "logits", transB=1)
    return builder.model(["input_ids", "attention_mask"], logits, ["batch", classes])


def gpt2_data(random, samples, length, vocabulary):
    """Labels are the next tokens; the last position has none."""
    ids = random.integers(0, vocabulary, (samples, length), dtype=np.int32)
    return {"input_ids": ids, "labels": np.concatenate([ids[:, 1:], np.full((samples, 1), -100, np.int32)], 1)}


def bert_data(random, samples, length, vocabulary, classes=2):
    return {
        "input_ids": random.integers(0, vocabulary, (samples, length), dtype=np.int32),
        "attention_mask": np.ones((samples, length), np.int32), "labels": random.integers(0, classes, samples, dtype=np.int32)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--samples", type=int, default=128)
    parser.add_argument("--length", type=int, default=128, help="of the sequences")
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--vocabulary", type=int, help="default: 50257 and 30522")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(arguments.seed)
    for name, network, data, vocabulary in (("gpt2-small", gpt2, gpt2_data, 50257), ("bert-base", bert, bert_data, 30522)):
        vocabulary = arguments.vocabulary or vocabulary
        model = network(arguments.layers, vocabulary=vocabulary, seed=arguments.seed)
        onnx.save(model, arguments.folder / f"{name}.onnx")
        np.savez(arguments.folder / f"{name}.npz", **data(random, arguments.samples, arguments.length, vocabulary))


if __name__ == "__main__":
    main()
