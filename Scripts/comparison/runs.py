"""Runs the commands for one network in a folder of their own, and remembers what each has written."""
import dataclasses
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import time
from dataclasses import dataclass

import networks


@dataclass
class Outcome:
    """What came of one step: paths are from the network's folder on."""
    name: str
    words: list
    expected: list
    code: int
    seconds: float
    files: list

    @property
    def succeeded(self):
        return self.code in self.expected


class Run:
    """All steps of one network with one command: files in `files`, what was printed in `printed`, the timing cache in `cache`."""

    def __init__(self, command, network, inputs, folder):
        self.command = command
        self.network = network
        self.inputs = inputs
        self.folder = folder
        self.files, self.printed, self.cache = folder / "files", folder / "printed", folder / "cache"

    def finished(self, cache=None, keep=False):
        """The outcomes; those of an earlier run of the same command on the same files, where these are to be kept.

        - cache: a timing cache to begin with.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        laid_out = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(laid_out, ignore_errors=True)
        networks.lay_out(self.network, self.inputs, laid_out)
        steps = networks.steps(self.network, self.inputs, laid_out)
        made_of = self.made_of(laid_out, steps)
        record = self.folder / "record.json"
        if keep and record.exists():
            kept = json.loads(record.read_text())
            if kept["made-of"] == made_of:
                shutil.rmtree(laid_out)
                return [Outcome(**outcome) for outcome in kept["outcomes"]]
        shutil.rmtree(self.folder, ignore_errors=True)
        self.printed.mkdir(parents=True)
        laid_out.rename(self.files)
        if cache and cache.exists():
            shutil.copytree(cache, self.cache)
        outcomes = [self.outcome(step) for step in steps]
        record.write_text(json.dumps({"made-of": made_of, "outcomes": list(map(dataclasses.asdict, outcomes))}, indent=1))
        return outcomes

    def made_of(self, folder, steps):
        """What the outputs depend on, as far as this script knows."""
        return {
            "command": digest(self.command),
            "runtime": os.environ.get("JOINTRANK_ONNXRUNTIME", ""),
            "inputs": {name: digest(folder / name) for name in sorted(there(folder))},
            "steps": [[step.name, *step.words] for step in steps],
        }

    def outcome(self, step):
        before = there(self.files)
        start = time.monotonic()
        with open(self.printed / f"{step.name}.stdout", "wb") as output, open(self.printed / f"{step.name}.stderr", "wb") as errors:
            code = subprocess.run(
                [self.command, *step.words], cwd=self.files, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                env={**os.environ, "JOINTRANK_CACHE": str(self.cache)}).returncode
        after = there(self.files)
        changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        return Outcome(step.name, list(step.words), list(step.codes), code, round(time.monotonic() - start, 1), changed)


def there(folder):
    """All files, hidden ones too: what tells a file from another one that has taken its place, by name."""
    found = {}
    for path in folder.rglob("*"):
        if not path.is_dir():
            state = path.lstat()
            found[str(path.relative_to(folder))] = (state.st_ino, state.st_size, state.st_mtime_ns)
    return found


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
