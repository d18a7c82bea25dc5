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


def built(description, tensor):
    """One module of torch.nn, without a bias."""
    make = getattr(nn, description["type"])
    if "weight" not in description:
        return make(description["padding"])
    if "autoPad" in description:
        raise ValueError("PyTorch has no module whose padding depends on the input's size")
    weight = tensor(description["weight"])
    if make is nn.Embedding:
        module = make(*weight.shape, device="meta")
    elif make is nn.Linear:
        module = make(weight.shape[1], weight.shape[0], bias=False, device="meta")
    else:
        geometry = {key: description[key] for key in ("stride", "padding", "dilation", "groups")}
        module = make(weight.shape[1] * geometry["groups"], weight.shape[0], weight.shape[2:], bias=False, device="meta", **geometry)
    module.weight = weight
    return module


def load_factors(model, path):
    """Puts an nn.Sequential in the place of each module whose weight was factored, and returns the names of these modules.

    The last factor gets the module's own bias. Tied weights share their factors' memory, but only those that are taken the same way round
    stay one parameter. Raises ValueError, before anything is changed, where a factored weight is in no module.
    """
    with safe_open(path, "pt") as file:
        factored = json.loads(file.metadata()["jointrank.factors"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    uses = [use for layer in factored["layers"] for use in layer["uses"]]
    wanted = {use["weight"]["sha256"]: use["weight"]["name"] for use in uses}
    parameters, places, found = {}, [], set()
    for name, module in list(model.named_modules()):
        weight = getattr(module, "weight", None)
        if not isinstance(weight, torch.Tensor) or weight.ndim < 2:
            continue
        # Hugging Face's Conv1D is a Linear whose weight lies the other way round.
        key = digest(weight.T if type(module).__name__ == "Conv1D" else weight)
        isTable = isinstance(module, nn.Embedding)
        use = next((use for use in uses if use["weight"]["sha256"] == key and (use["op"] == "Gather") == isTable), None)
        if use is None:
            continue

        def parameter(reference, like=weight):
            key = (reference["tensor"], reference["transposed"])
            if key not in parameters:
                tensor = tensors[key[0]].to(like)
                parameters[key] = nn.Parameter(tensor.T if key[1] else tensor, requires_grad=like.requires_grad)
            return parameters[key]

        sequence = nn.Sequential(*(built(description, parameter) for description in use["modules"]))
        sequence[-1].bias = getattr(module, "bias", None)
        places.append((name, sequence.train(module.training)))
        found.add(key)
    if missing := sorted(name for key, name in wanted.items() if key not in found):
        raise ValueError(f"no module of the model has the weight {', '.join(missing)}: is it the model that was exported?")
    for name, sequence in places:
        model.set_submodule(name, sequence)
    return [name for name, _ in places]
