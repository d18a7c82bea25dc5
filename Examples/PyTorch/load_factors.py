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


def weight_key(module):
    """What the map knows a use of a weight by: the digest of its numbers in row-major order, and whether rows are looked up."""
    # Hugging Face's Conv1D is a Linear whose weight lies the other way round.
    weight = module.weight.T if type(module).__name__ == "Conv1D" else module.weight
    numbers = weight.detach().cpu().contiguous().flatten().view(torch.uint8).numpy()
    return hashlib.sha256(numbers).hexdigest(), isinstance(module, nn.Embedding)


def built(description, parameter):
    """One module of torch.nn, without a bias."""
    make = getattr(nn, description["type"])
    geometry = {key: description[key] for key in ("stride", "padding", "dilation", "groups") if key in description}
    if "weight" not in description:
        return make(**geometry)
    weight = parameter(**description["weight"])
    rows, columns, *kernel = weight.shape
    sizes = (rows, columns) if make is nn.Embedding else (columns * geometry.get("groups", 1), rows, *([kernel] if kernel else []))
    module = make(*sizes, **geometry, device="meta")
    module.weight, module.bias = weight, None
    return module


def load_factors(model, path):
    """Puts an nn.Sequential in the place of each module whose weight was factored, and returns the names of these modules.

    The last factor gets the module's own bias. Tied weights share their factors' memory, but only those that are taken the same way round
    stay one parameter. Raises ValueError, before anything is changed, where no module uses a factored weight as the file did, and where a
    module that PyTorch lacks were needed.
    """
    with safe_open(path, "pt") as file:
        layers = json.loads(file.metadata()["jointrank.factors"])["layers"]
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    uses = {(use["weight"]["sha256"], use["op"] == "Gather"): use for layer in layers for use in layer["uses"]}
    modules = [item for item in model.named_modules(remove_duplicate=False) if isinstance(getattr(item[1], "weight", None), torch.Tensor)]
    found = [(name, module, key) for name, module in modules if (key := weight_key(module)) in uses]
    if missing := sorted(uses[key]["weight"]["name"] for key in uses.keys() - {key for _, _, key in found}):
        raise ValueError(f"no module of the model has the weight {', '.join(missing)}: is it the model that was exported?")
    if any("autoPad" in description for use in uses.values() for description in use["modules"]):
        raise ValueError("PyTorch has no module whose padding depends on the input's size")
    parameters = {}

    def parameter(tensor, transposed):
        return parameters.setdefault((tensor, transposed), nn.Parameter(tensors[tensor].T if transposed else tensors[tensor]))

    for name, module, key in found:
        replacement = nn.Sequential(*(built(description, parameter) for description in uses[key]["modules"]))
        replacement.to(module.weight).requires_grad_(module.weight.requires_grad).train(module.training)
        replacement[-1].bias = getattr(module, "bias", None)
        model.set_submodule(name, replacement)
    return [name for name, _, _ in found]
