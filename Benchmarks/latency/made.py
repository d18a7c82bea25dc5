#!/usr/bin/env python3
"""Makes the networks with random weights, with the scripts of Benchmarks/speed, and few random samples for each.

    made.py FOLDER NAME    writes FOLDER/NAME.onnx and FOLDER/NAME.npz; names: see MAKERS

Needs numpy and onnx. Labels are random too: the loss says nothing here, and times depend on shapes alone, nearly.
"""
import pathlib
import sys

import numpy as np
import onnx

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "speed"))
import random_networks  # noqa: E402
import random_transformers  # noqa: E402

SEED = 0
IMAGES, IMAGE = 16, (3, 224, 224)
SEQUENCES, LENGTH, VOCABULARY = 32, 128, 30522


def images(random):
    """Pixels of 0 to 255, and a class for each image."""
    return {
        "input": random.integers(0, 256, (IMAGES, *IMAGE), dtype=np.uint8),
        "labels": random.integers(0, random_networks.CLASSES, IMAGES, dtype=np.int32)}


def sequences(random):
    """Token ids, a mask that hides none of them, and one of two classes."""
    return random_transformers.bert_data(random, SEQUENCES, LENGTH, VOCABULARY)


# Name: what makes the model, and what makes its samples.
MAKERS = {
    "random-resnet50": (lambda: random_networks.network(1, 64, SEED), images),
    "random-resnext50": (lambda: random_networks.network(32, 4, SEED), images),
    "random-bert-base": (lambda: random_transformers.bert(vocabulary=VOCABULARY, seed=SEED), sequences),
}


def main():
    folder, name = pathlib.Path(sys.argv[1]), sys.argv[2]
    model, samples = MAKERS[name]
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / f"{name}.npz", **samples(np.random.default_rng(SEED)))
    # The model comes last and whole, so that an interrupted call is repeated.
    partial = folder / f"{name}.partial.onnx"
    onnx.save(model(), partial)
    partial.replace(folder / f"{name}.onnx")


if __name__ == "__main__":
    main()
