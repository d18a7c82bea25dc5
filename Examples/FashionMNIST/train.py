#!/usr/bin/env python3
"""Trains the demo's network and writes model.onnx beside this file. Needs PyTorch and onnx; nothing else in the project does.

The first 50 000 training images of Debian's `dataset-fashion-mnist` are used. The last 10 000 are never looked at here: they calibrate
the compression. The test images are looked at once, after the last epoch, to print the loss and the accuracy.
"""
import argparse
import pathlib
import time

import torch
from torch import nn
from torch.nn import functional

from prepare_data import DEBIAN_FOLDER, TRAINING_IMAGES, read_idx

MEAN, STANDARD_DEVIATION = 0.286, 0.353
CLASSES = 10


def convolution(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


def network():
    """Five 3x3 convolutions with batch normalisation, then two dense layers, in the manner of VGG: 482 000 parameters."""
    return nn.Sequential(
        *convolution(1, 32), nn.MaxPool2d(2),
        *convolution(32, 64), nn.MaxPool2d(2),
        *convolution(64, 96),
        *convolution(96, 128), nn.MaxPool2d(2),
        *convolution(128, 128),
        nn.Flatten(), nn.Dropout(0.3), nn.Linear(128 * 3 * 3, 128), nn.ReLU(),
        nn.Dropout(0.3), nn.Linear(128, CLASSES))


def load(folder, prefix):
    """Normalised images, [N, 1, 28, 28], and their classes."""
    (count, height, width), pixels = read_idx(folder / f"{prefix}-images-idx3-ubyte.gz")
    _, classes = read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz")
    images = torch.frombuffer(bytearray(pixels), dtype=torch.uint8).reshape(count, 1, height, width)
    labels = torch.frombuffer(bytearray(classes), dtype=torch.uint8).long()
    return (images.float() / 255 - MEAN) / STANDARD_DEVIATION, labels


def augmented(images):
    """Mirrors half of the images and moves the batch by up to two pixels; the border takes the colour of the background."""
    mirrored = torch.rand(len(images), 1, 1, 1) < 0.5
    images = torch.where(mirrored, images.flip(3), images)
    padded = functional.pad(images, (2, 2, 2, 2), value=-MEAN / STANDARD_DEVIATION)
    down, right = torch.randint(0, 5, (2,)).tolist()
    return padded[:, :, down:down + 28, right:right + 28]


def train(model, images, labels, epochs, batch, peak_rate):
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.02)
    steps = len(images) // batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, peak_rate, total_steps=epochs * steps)
    start = time.monotonic()
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for part in torch.randperm(len(images))[: steps * batch].split(batch):
            with torch.autocast("cpu", torch.bfloat16):  # twice as fast on processors that have it
                logits = model(augmented(images[part]))
            loss = functional.cross_entropy(logits.float(), labels[part])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1}: training loss {total / steps:.4f}, {time.monotonic() - start:.0f} s", flush=True)


@torch.no_grad()
def measure(model, images, labels):
    """Mean loss and accuracy."""
    model.eval()
    logits = torch.cat([model(part) for part in images.split(500)])
    return functional.cross_entropy(logits, labels).item(), (logits.argmax(1) == labels).float().mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=pathlib.Path, default=DEBIAN_FOLDER)
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(__file__).with_name("model.onnx"))
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)

    model = network().to(memory_format=torch.channels_last)
    print(f"{sum(parameter.numel() for parameter in model.parameters())} parameters")
    images, labels = (part[:TRAINING_IMAGES] for part in load(arguments.source, "train"))
    train(model, images, labels, arguments.epochs, batch=128, peak_rate=4e-3)
    loss, accuracy = measure(model, *load(arguments.source, "t10k"))
    print(f"test loss {loss:.4f}, accuracy {accuracy:.2%} (n = 10 000)")

    model = model.to(memory_format=torch.contiguous_format).eval()
    torch.onnx.export(
        model, (torch.zeros(1, 1, 28, 28),), str(arguments.output), input_names=["input"], output_names=["logits"],
        dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}}, opset_version=17, dynamo=False)
    print(f"{arguments.output}: {arguments.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
