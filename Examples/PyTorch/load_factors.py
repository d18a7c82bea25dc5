"""Puts the factors that `jointrank export-factors` wrote into the PyTorch model that was exported to ONNX.

    from load_factors import load_factors
    names = load_factors(model, "factors.safetensors")

Modules are found by the digests of their weights, whatever an exporter called these, so the model must hold the weights of the export.
"""
import hashlib
import json

import torch
from safetensors import safe_open
from torch import nn


def digest(weight):
    """As in the map: of the numbers in row-major order."""
    return hashlib.sha256(weight.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes()).hexdigest()


def built(description, parameter):
    """One module of torch.nn, without a bias."""
    make = getattr(nn, description["type"])
    geometry = {key: description[key] for key in ("stride", "padding", "dilation", "groups") if key in description}
    if "autoPad" in description:
        raise ValueError("PyTorch has no module whose padding depends on the input's size")
    if "weight" not in description:
        return make(**geometry)
    weight = parameter(description["weight"])
    rows, columns, *kernel = weight.shape
    sizes = (rows, columns) if make is nn.Embedding else (columns * geometry.get("groups", 1), rows, *([kernel] if kernel else []))
    module = make(*sizes, **geometry, device="meta")
    module.weight, module.bias = weight, None
    return module


def load_factors(model, path):
    """Puts an nn.Sequential in the place of each module whose weight was factored, and returns the names of these modules.

    The last factor gets the module's own bias. Tied weights share their factors' memory, but only those that are taken the same way round
    stay one parameter. Raises ValueError, before anything is changed, where a factored weight is in no module.
    """
    with safe_open(path, "pt") as file:
        layers = json.loads(file.metadata()["jointrank.factors"])["layers"]
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    uses = {(use["weight"]["sha256"], use["op"] == "Gather"): use for layer in layers for use in layer["uses"]}
    parameters, places, found = {}, {}, set()
    for name, module in model.named_modules():
        weight = getattr(module, "weight", None)
        if not isinstance(weight, torch.Tensor) or weight.ndim < 2:
            continue
        # Hugging Face's Conv1D is a Linear whose weight lies the other way round.
        key = digest(weight.T if type(module).__name__ == "Conv1D" else weight)
        if (use := uses.get((key, isinstance(module, nn.Embedding)))) is None:
            continue

        def parameter(reference, like=weight):
            name, transposed = reference["tensor"], reference["transposed"]
            tensor = tensors[name].to(like)
            return parameters.setdefault((name, transposed), nn.Parameter(tensor.T if transposed else tensor, like.requires_grad))

        places[name] = nn.Sequential(*(built(description, parameter) for description in use["modules"])).train(module.training)
        places[name][-1].bias = getattr(module, "bias", None)
        found.add(key)
    if missing := sorted(use["weight"]["name"] for (key, _), use in uses.items() if key not in found):
        raise ValueError(f"no module of the model has the weight {', '.join(missing)}: is it the model that was exported?")
    for name, sequence in places.items():
        model.set_submodule(name, sequence)
    return list(places)
