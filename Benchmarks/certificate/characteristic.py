"""The operating characteristic: how often a model passes whose true change is a given multiple of the standard error above the tolerance.

No compression is run for it: the losses of a few smaller models are shifted so that the truth is what it should be, and sets are drawn
from them.
"""
import subprocess
import sys

import numpy

import images
import network
from intervals import mean_and_error, student95, student98

METHODS = ["joint", "kfac-svd", "svd"]
SHARES = [0.8, 0.6, 0.4, 0.3, 0.2]
COUNTS = [100, 250, 1000]
MULTIPLES = [0, 0.5, 1, 2]
# Images that the smaller models are fitted on, and that count for nothing else.
CALIBRATION_IMAGES = 2000


class Sets:
    """What a rule sees of models on resampled sets: means and standard errors on the certify samples, and the margin on the select
    samples in standard errors, arrays of one shape."""

    def __init__(self, select, certify, count):
        self.margin = -select[0] / select[1]
        self.mean, self.error = certify
        self.count = count

    def bound(self, quantile):
        return self.mean + quantile(self.count - 1) * self.error

    def of(self, rows, models):
        """One model of each row."""
        part = object.__new__(Sets)
        part.margin, part.mean, part.error = (values[rows, models] for values in (self.margin, self.mean, self.error))
        part.count = self.count
        return part


# By name: whether a set passes at a tolerance of 0.
RULES = {
    "mean, or 95 % bound": lambda sets: (sets.mean <= 0) | (sets.bound(student95) <= 0),
    "mean with a select margin of 2, or 95 % bound": lambda sets: (
        ((sets.mean <= 0) & (sets.margin >= 2)) | (sets.bound(student95) <= 0)),
    "95 % bound": lambda sets: sets.bound(student95) <= 0,
    "98 % bound": lambda sets: sets.bound(student98) <= 0,
}


def smaller_models(attack):
    """{name: differences of the losses on all images but those that the models are fitted on}; models are made once."""
    generator = numpy.random.default_rng(CALIBRATION_IMAGES)
    members = numpy.sort(generator.choice(len(attack.labels), CALIBRATION_IMAGES, replace=False))
    others = numpy.ones(len(attack.labels), bool)
    others[members] = False
    folder = attack.folder / "models"
    folder.mkdir(exist_ok=True)
    data = folder / "calibration.npz"
    numpy.savez(data, input=attack.pixels[members], labels=attack.labels[members])
    differences = {}
    for method in METHODS:
        own = folder / method
        if not any(own.glob("*.onnx")):
            own.mkdir(exist_ok=True)
            print(f"making models: {method}", file=sys.stderr)
            subprocess.run(
                [attack.args.jointrank, "frontier", attack.model, "--calibration", data, *images.OPTIONS, "--method", method, "--optimize",
                 "size", "--threads", "1", "--shares", ",".join(map(str, SHARES)), "--models", own, "--work",
                 folder / f"{method}.work", "--restart", "--quiet"],
                check=True, stdout=subprocess.DEVNULL)
        for path in sorted(own.glob("*.onnx")):
            kept = path.stem.rsplit("-", 1)[1]
            differences[f"{method} {kept} %"] = (
                network.losses(path, attack.values[others], attack.labels[others]) - attack.before[others])
    data.unlink()
    return differences


def drawn(shifted, count, resamples, generator):
    """(means, standard errors), each [resamples, models], on sets of `count` samples that all models share."""
    results = [mean_and_error(shifted[:, generator.integers(0, shifted.shape[1], count)]) for _ in range(resamples)]
    return tuple(numpy.stack([result[index] for result in results]) for index in (0, 1))


def measure(attack):
    """For each number of samples and multiple: by rule the share of sets that pass, averaged over the models, of the worst model, and
    of the model with the largest margin on the select samples among all, which a search would choose."""
    differences = smaller_models(attack)
    values = numpy.stack(list(differences.values()))
    spread = values.std(axis=1)
    centred = values - values.mean(axis=1, keepdims=True)
    models = [
        {"model": name, "mean": float(own.mean()), "deviation": float(deviation), "skewness": float((middle**3).mean() / deviation**3)}
        for name, own, middle, deviation in zip(differences, values, centred, spread)]
    rows = []
    for count in COUNTS:
        for multiple in MULTIPLES:
            generator = numpy.random.default_rng([count, round(10 * multiple)])
            shifted = centred + (multiple * spread / numpy.sqrt(count))[:, None]
            select, certify = (drawn(shifted, count, attack.args.resamples, generator) for _ in range(2))
            sets = Sets(select, certify, count)
            best = sets.margin.argmax(axis=1)
            chosen = sets.of(numpy.arange(len(best)), best)
            # A search writes nothing where its best candidate is worse on the select samples.
            goes_on = chosen.margin >= 0
            rows.append({
                "samples": count, "multiple": multiple, "resamples": attack.args.resamples,
                "rules": {
                    name: {
                        "mean": float(rule(sets).mean()), "worst": float(rule(sets).mean(axis=0).max()),
                        "chosen": int((rule(chosen) & goes_on).sum())}
                    for name, rule in RULES.items()}})
            print(f"n = {count}, {multiple} standard errors", file=sys.stderr)
    return {"models": models, "rows": rows}
