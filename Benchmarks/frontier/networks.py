"""Finds the networks of the benchmark with their data, and makes the data that is stored in another form."""
import os
import pathlib
import subprocess
import sys
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXAMPLE = ROOT / "Examples" / "FashionMNIST"
SHARED = pathlib.Path(os.environ.get("JOINTRANK_MODELS", ROOT.parent / "shared" / "models"))
VENV = HERE / ".venv"

DEMO = "fashion-mnist-demo"
FASHION = ("--scale", "0.00392156862745098", "--mean", "0.286", "--std", "0.353")
# Name: the folder of its data below JOINTRANK_MODELS, and what turns the stored integers into the network's input.
NETWORKS = {
    "fashion-mnist-vgg": ("fashion-mnist", FASHION),
    "fashion-mnist-resnext": ("fashion-mnist", FASHION),
    "cifar10-resnet20": (
        "cifar10-resnet20", ("--scale", "0.00392156862745098", "--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225")),
    "imagenet-efficientnet-lite0": ("imagenet-efficientnet-lite0", ("--scale", "0.0078125", "--mean", "0.9921875", "--std", "1")),
    "sst2-minilm": ("sst2-minilm", ()),
    "shakespeare-char-lm": ("shakespeare-char-lm", ()),
    "tinystories-260k": ("tinystories-260k", ()),
    "magika": ("magika", ()),
}


@dataclass(frozen=True)
class Network:
    """A model, what it is fitted and selected on, and what its results are judged on."""
    name: str
    model: pathlib.Path
    calibration: pathlib.Path
    holdout: pathlib.Path
    options: tuple


def find(names=None):
    """The networks of these names; without names all that are there, or the demo's where none is. Says which are skipped, and why."""
    found = [network for network in map(found_or_skipped, names or NETWORKS) if network]
    if not found and names is None:
        found = [network for network in [found_or_skipped(DEMO)] if network]
    return found


def found_or_skipped(name):
    """The network, or None with a message."""
    try:
        network = demo() if name == DEMO else shared(name)
        missing = [str(path) for path in (network.model, network.calibration, network.holdout) if not path.exists()]
        reason = f"{', '.join(missing)} not found" if missing else None
    except subprocess.CalledProcessError as error:
        reason = f"{' '.join(error.cmd)}: {(error.stderr.strip() or str(error)).splitlines()[-1]}"
    except OSError as error:
        reason = str(error)
    if reason:
        print(f"skipped {name}: {reason}", file=sys.stderr)
        return None
    return network


def demo():
    """The network that the repository carries; its data is made where it is missing."""
    data = EXAMPLE / "out"
    calibration, test = data / "calibration.npz", data / "test.npz"
    if not (calibration.exists() and test.exists()):
        call(sys.executable, EXAMPLE / "prepare_data.py", data)
    return Network(DEMO, EXAMPLE / "model.onnx", calibration, test, FASHION)


def shared(name):
    """A network below JOINTRANK_MODELS."""
    folder, options = NETWORKS[name]
    data = SHARED / folder
    if (data / "unpack.py").exists():
        data = unpacked(data)
    elif (data / "valid.npz").exists() and not (data / "test.npz").exists():
        data = halved(data)
    return Network(name, SHARED / name / "model.onnx", data / "valid.npz", data / "test.npz", options)


def unpacked(packed):
    """A folder with the arrays of the packed JPEG files, made with their own unpack.py where it is missing."""
    folder = HERE / ".data" / packed.name
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("valid", "test"):
        whole, partial = folder / f"{part}.npz", folder / f"{part}.partial.npz"
        if not whole.exists():
            call(python_with_pillow(), packed / "unpack.py", packed / f"{part}-jpeg.npz", partial)
            partial.replace(whole)
    return folder


def halved(whole):
    """A folder with the two halves of a valid.npz that no test.npz stands beside: one to fit and select, one to judge."""
    folder = HERE / ".data" / whole.name
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "test.npz").exists():
        call(python_with_pillow(), HERE / "halve.py", whole / "valid.npz", folder / "valid.npz", folder / "test.npz")
    return folder


def python_with_pillow():
    """A Python of our own with NumPy that can decode JPEG files. The mark is written last, so that a half-made environment is made again."""
    python, mark = VENV / "bin" / "python", VENV / "complete"
    if not mark.exists():
        call(sys.executable, "-m", "venv", "--clear", VENV)
        call(python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "numpy", "pillow")
        mark.touch()
    return python


def call(*command):
    """Runs a command; raises CalledProcessError with what it wrote to standard error."""
    subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True)
