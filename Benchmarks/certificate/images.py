"""The images of Debian's `dataset-fashion-mnist`: what the network is trained on, and all others."""
import pathlib
import sys

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Examples" / "FashionMNIST"))

from prepare_data import DEBIAN_FOLDER, read_idx  # noqa: E402

TRAINING_IMAGES = 20_000
SCALE, MEAN, STANDARD_DEVIATION = 1 / 255, 0.286, 0.353
# What `jointrank` needs to read the images as `normalised` does.
OPTIONS = ["--scale", repr(SCALE), "--mean", str(MEAN), "--std", str(STANDARD_DEVIATION)]


def load(folder=DEBIAN_FOLDER):
    """((training pixels, labels), (other pixels, labels)): uint8, [N, 784] and [N]. The others are the rest of the training images and
    all test images."""
    parts = []
    for prefix in ("train", "t10k"):
        (count, height, width), pixels = read_idx(folder / f"{prefix}-images-idx3-ubyte.gz")
        _, classes = read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz")
        parts.append((numpy.frombuffer(pixels, numpy.uint8).reshape(count, height * width), numpy.frombuffer(classes, numpy.uint8)))
    pixels, labels = (numpy.concatenate([part[index] for part in parts]) for index in (0, 1))
    return (pixels[:TRAINING_IMAGES], labels[:TRAINING_IMAGES]), (pixels[TRAINING_IMAGES:], labels[TRAINING_IMAGES:])


def normalised(pixels):
    return ((pixels.astype(numpy.float32) * numpy.float32(SCALE)) - numpy.float32(MEAN)) / numpy.float32(STANDARD_DEVIATION)
