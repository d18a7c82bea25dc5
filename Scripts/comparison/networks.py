"""The networks that commands are compared on, each with a few of its samples, and the commands."""
import ast
import importlib.util
import pathlib
import shutil
import struct
import subprocess
import sys
import zipfile
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = "fashion-mnist-demo"
FIXED_DATE = (1980, 1, 1, 0, 0, 0)


def benchmark():
    """The module of the benchmark that knows where networks lie and how their inputs are scaled."""
    spec = importlib.util.spec_from_file_location("benchmark_networks", ROOT / "Benchmarks" / "frontier" / "networks.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Step:
    """One call of the command, in the folder of its network. Its name is the beginning of its files' names."""
    name: str
    words: tuple
    # The exit codes that show that the command did its work.
    codes: tuple = (0,)


@dataclass(frozen=True)
class Network:
    """A model and samples: how many are cut out, so that a command takes seconds to a minute, and the sizes that it is brought to."""
    name: str
    samples: int
    shares: tuple
    methods: tuple = ("joint", "kfac-svd", "zs-svd")


# The longest ones first: two are run at a time.
NETWORKS = [
    Network(DEMO, 600, (0.6, 0.3)),
    Network("sst2-minilm", 100, (0.8, 0.6)),
    Network("shakespeare-char-lm", 40, (0.5, 0.3)),
    Network("cifar10-resnet20", 300, (0.75, 0.5)),
    Network("fashion-mnist-vgg", 500, (0.5, 0.25)),
]


@dataclass
class Inputs:
    """Where a network's files are, and the options that its data need."""
    model: pathlib.Path
    calibration: pathlib.Path
    test: pathlib.Path
    options: tuple


def find(network):
    """The inputs of a network, or the reason why there are none."""
    known = benchmark()
    if network.name == DEMO:
        return demo(known)
    folder, options = known.NETWORKS[network.name]
    inputs = Inputs(
        known.SHARED / network.name / "model.onnx", known.SHARED / folder / "valid.npz", known.SHARED / folder / "test.npz", options)
    missing = [path for path in (inputs.model, inputs.calibration) if not path.exists()]
    return f"{missing[0]} not found" if missing else inputs


def demo(known):
    """The network that the repository carries, with Debian's data or those beside the larger networks."""
    model, folder = known.EXAMPLE / "model.onnx", known.SHARED / "fashion-mnist"
    try:
        found = known.demo()
        return Inputs(model, found.calibration, found.holdout, known.FASHION)
    except (OSError, subprocess.CalledProcessError):
        if (folder / "valid.npz").exists():
            return Inputs(model, folder / "valid.npz", folder / "test.npz", known.FASHION)
    return f"neither dataset-fashion-mnist (Scripts/bootstrap --demo) nor {folder} is there"


def lay_out(network, inputs, folder):
    """Puts a network's files into a folder, under names that are the same for both commands."""
    folder.mkdir(parents=True)
    shutil.copyfile(inputs.model, folder / "model.onnx")
    cut(inputs.calibration, folder / "data.npz", network.samples)
    if network.name == DEMO:
        cut(inputs.test, folder / "test.npz", network.samples)
        (folder / "frontier").mkdir()
        outside(folder / "model.onnx", folder / "outside.onnx")


def cut(source, target, count):
    """The first samples of every array of an .npz file."""
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as result:
        for name in archive.namelist():
            content = archive.read(name)
            # Version 1 of the format has two bytes for the header's length, all others have four.
            start, form = (10, "<H") if content[6] == 1 else (12, "<I")
            end = start + struct.unpack_from(form, content, 8)[0]
            header = ast.literal_eval(content[start:end].decode("latin1"))
            if header["fortran_order"]:
                raise ValueError(f"{source}: {name} has its samples along the last axis in memory")
            kept = min(count, header["shape"][0])
            size = (len(content) - end) // header["shape"][0] * kept
            text = repr({**header, "shape": (kept, *header["shape"][1:])})
            text += " " * (-(10 + len(text) + 1) % 64) + "\n"
            prefix = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode("latin1")
            result.writestr(zipfile.ZipInfo(name, FIXED_DATE), prefix + content[end:end + size])


def outside(model, target):
    """The same model with its weights in a file beside it, where the tests' Python can write one."""
    python = ROOT / ".deps" / "venv" / "bin" / "python"
    program = (
        "import onnx, sys; onnx.save(onnx.load(sys.argv[1]), sys.argv[2], save_as_external_data=True, location='outside.data', "
        "size_threshold=0)")
    if not python.exists():
        print("skipped the model with external data: Scripts/bootstrap --test", file=sys.stderr)
        return
    subprocess.run([python, "-c", program, model, target], check=True)


def steps(network, inputs, folder):
    """The commands for a network, in the order in which they run."""
    data = ("--calibration", "data.npz", *inputs.options)
    size = ("--optimize", "size", "--threads", "1")
    found = []
    for share in network.shares:
        for method in network.methods:
            goal = ("--mode", "lossless", "--keep-params", f"{share:g}")
            found.append(compress(f"{method}-{share:g}", data, *size, *goal, "--method", method))
    model = f"joint-{network.shares[0]:g}.onnx"
    found.append(Step("export", ("export-factors", model, "--original", "model.onnx", "-o", "export.safetensors")))
    if network.name == "sst2-minilm":
        # Query, key and value are three products of one value here.
        half = ("--mode", "lossless", "--keep-params", "0.5")
        found.append(compress("stacked", data, *size, *half, "--method", "zs-svd", "--stack", "always"))
    if network.name == DEMO:
        found += demo_steps(network, inputs, folder, data, size, model)
    return found


def compress(name, data, *words, model="model.onnx", codes=(0,)):
    """A compression with all that it can write."""
    reports = ("--report", f"{name}.report.json", "--html", f"{name}.html", "--model-card", f"{name}.md")
    return Step(name, ("compress", model, *words, *data, "-o", f"{name}.onnx", *reports), codes)


def demo_steps(network, inputs, folder, data, size, small):
    """All other commands, and options that change what they write."""
    half = ("--mode", "lossless", "--keep-params", "0.5")
    found = [compress(f"other-{method}", data, *size, *half, "--method", method)
             for method in ("svd", "fwsvd", "asvd", "svd-llm", "balf", "first-order")]
    found += [
        compress("compact", data, *size, "--mode", "compact", "--tolerance", "0.05", "--measure-layers", "--base-model", "someone/model"),
        compress("strict", data, *size, "--mode", "compact", "--method", "svd", codes=(0, 3)),
        compress(
            "metric", data, *size, *half, "--method", "svd", "--metric-command", "stat -c %s {}", "--metric-direction", "lower",
            "--metric-tolerance", "0"),
        # Times decide here: the second command gets those that the first one has measured.
        compress("balanced", data, "--optimize", "balanced", "--threads", "1", *half),
        compress("divergence", data, *size, *half, "--loss", "divergence"),
        compress("half-precision", data, *size, *half, "--factor-type", "float16", "--json"),
        compress("little-memory", data, *size, *half, "--memory-limit", "12MiB"),
        compress("pieces", data, *size, *half, "--without", "spatial-scheme", "--without", "refit", "--exclude", "/0/*"),
        Step("calibrate", ("calibrate", "model.onnx", *data, *size, "-o", "stages.calibration.safetensors")),
        Step("plan", ("plan", "stages.calibration.safetensors", *half, "-o", "stages.plan.json")),
        Step("apply", ("apply", "stages.plan.json", "-o", "stages.onnx")),
        Step("verify", (
            "verify", "stages.plan.json", "stages.onnx", "--report", "verify.report.json", "--html", "verify.html", "--model-card",
            "verify.md"), (0, 3)),
        Step("calibrate-zs-svd", (
            "calibrate", "model.onnx", *data, *size, "--method", "zs-svd", "-o", "zs-svd.calibration.safetensors", "--json")),
        Step("plan-forced", (
            "plan", "stages.calibration.safetensors", "--mode", "lossless", "--force-rank", "*=4", "-o", "forced.plan.json", "--json")),
        Step("apply-forced", ("apply", "forced.plan.json", "-o", "forced.onnx", "--json")),
        Step("frontier", (
            "frontier", "model.onnx", *data, *size, "--shares", "0.8,0.5,0.3", "--models", "frontier", "--report", "frontier.report.json",
            "--html", "frontier.html", "--svg", "frontier.svg")),
        Step("frontier-kfac-svd", (
            "frontier", "model.onnx", *data, *size, "--shares", "0.8,0.5,0.3", "--method", "kfac-svd", "--html", "frontier-kfac-svd.html",
            "--json")),
        Step("sensitivity", ("sensitivity", "model.onnx", *data, "--threads", "1", "--ranks", "3")),
        Step("sensitivity-json", ("sensitivity", "model.onnx", *data, "--threads", "1", "--ranks", "2", "--json")),
        Step("evaluate", (
            "evaluate", small, "--against", "model.onnx", "--data", "test.npz", *inputs.options, "--threads", "1")),
        Step("evaluate-json", (
            "evaluate", small, "--against", "model.onnx", "--data", "test.npz", *inputs.options, "--threads", "1", "--json")),
        Step("inspect", ("inspect", "model.onnx")),
        Step("inspect-json", ("inspect", "model.onnx", "--json")),
        Step("export-json", ("export-factors", "stages.onnx", "--original", "model.onnx", "-o", "export-json.safetensors", "--json")),
        Step("init", ("init", "model.onnx", "-o", "recipe.yaml")),
        # What goes wrong is said in the same words.
        compress("no-model", data, *size, *half, model="nothing.onnx", codes=(66,)),
        compress("no-model-either", data, *size, *half, model="data.npz", codes=(65,)),
        compress("no-size", data, *size, "--mode", "lossless", "--keep-params", "2", codes=(64,)),
    ]
    if (folder / "outside.onnx").exists():
        found.append(compress("outside-data", data, *size, *half, model="outside.onnx"))
    return found
