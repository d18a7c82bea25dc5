"""The networks of the benchmark, with their data, the method that suits them, and what is expected of each."""
import pathlib
import subprocess
import sys
from dataclasses import dataclass

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "frontier"))
import networks  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
MADE = HERE / ".data"
PHOTOS = ("--scale", "0.00392156862745098", "--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225")


@dataclass(frozen=True)
class Case:
    """`share`: of the multiply-accumulates, to keep at most; `target`: what the time saved should be at least, as a share of the arithmetic saved."""
    name: str
    method: str
    share: float
    target: float
    options: tuple = ()


# Of random weights the loss says nothing: plain singular values need no gradients.
CASES = {case.name: case for case in (
    Case("random-resnet50", "svd", 0.5, 0.9, PHOTOS),
    Case("random-resnext50", "svd", 0.5, 0.9, PHOTOS),
    Case("random-bert-base", "svd", 0.5, 0.9),
    Case("imagenet-efficientnet-lite0", "joint", 0.85, 0.8),
    Case("fashion-mnist-vgg", "joint", 0.5, 0.8),
    Case("cifar10-resnet20", "joint", 0.5, 0.8),
)}


@dataclass(frozen=True)
class Located:
    """Where a network's model and samples lie, and what turns stored integers into its input."""
    model: pathlib.Path
    data: pathlib.Path
    options: tuple


def located(case, python):
    """Where a network lies, or None with a message; makes one of random weights where it is missing."""
    if not case.name.startswith("random-"):
        network = networks.found_or_skipped(case.name)
        return network and Located(network.model, network.calibration, network.options)
    model = MADE / f"{case.name}.onnx"
    if not model.exists():
        subprocess.run([python, HERE / "made.py", MADE, case.name], check=True)
    return Located(model, model.with_suffix(".npz"), case.options)
