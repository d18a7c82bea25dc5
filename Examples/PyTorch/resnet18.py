"""torchvision's ResNet-18: PyTorch -> ONNX -> jointrank -> ONNX Runtime and back into PyTorch.

    python resnet18.py [--exporter dynamo|torchscript] [--pretrained] [--size 64] [--samples 96] [--out out]

Without --pretrained, which downloads weights, they are random, and the network's own answers are the labels: that shows every step, but what
compression does to such a network says nothing. With real weights use real images, `--calibration FOLDER --resize 256 --crop 224`.
"""
import argparse
import pathlib

import numpy
import torch
import torchvision
from torch.fx.experimental.optimization import fuse

from common import compared, exported, jointrank

parser = argparse.ArgumentParser()
parser.add_argument("--exporter", choices=["dynamo", "torchscript"], default="dynamo")
parser.add_argument("--pretrained", action="store_true")
parser.add_argument("--size", type=int, default=64)
parser.add_argument("--samples", type=int, default=96)
parser.add_argument("--out", default="out")
arguments = parser.parse_args()
out = pathlib.Path(arguments.out)
out.mkdir(exist_ok=True)
stem = str(out / f"resnet18-{arguments.exporter}")

torch.manual_seed(0)
model = torchvision.models.resnet18(weights="DEFAULT" if arguments.pretrained else None).eval()
# Exporters fold batch normalisation into the convolutions; done here first, the file's weights are those of the modules.
model = fuse(model)

images = torch.randn(arguments.samples, 3, arguments.size, arguments.size)
with torch.no_grad():
    labels = model(images).argmax(1)
numpy.savez(f"{stem}.npz", image=images.numpy(), labels=labels.numpy())
exported(model, {"image": images[:2]}, f"{stem}.onnx", arguments.exporter)

jointrank("compress", f"{stem}.onnx", "--calibration", f"{stem}.npz", "--mode", "lossless", "--keep-params", "0.3", "--method", "svd",
          "--optimize", "size", "--quiet", "-o", f"{stem}-small.onnx")
jointrank("export-factors", f"{stem}-small.onnx", "--original", f"{stem}.onnx", "-o", f"{stem}.safetensors")
compared(model, {"image": images[:4]}, f"{stem}.onnx", f"{stem}-small.onnx", f"{stem}.safetensors")
