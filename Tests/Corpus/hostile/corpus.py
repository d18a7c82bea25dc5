"""Where cases are written, with what each must come to."""
import json
import pathlib

#: What an expected error ends in where the rest, or all of it, is not the readers': ONNX Runtime's above all, or the system's.
ANY = "*"
RUNTIME = f"ONNX Runtime: {ANY}"


class Corpus:
    """A folder with a folder for each case, and `manifest.json` about them."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.entries = []

    def place(self, name):
        folder = self.folder / name
        folder.mkdir(parents=True)
        return folder

    def model(self, name, content, error, exit_code=65):
        """A model file that `inspect` must end on; returns its folder for the files beside it.

        `error` is the one line on standard error without the command's name, empty where the model is sound.
        """
        return self._add("model", name, "model.onnx", content, error, exit_code)

    def data(self, name, content, error, exit_code=65, file="data.npz"):
        """Samples that `compress` must end on, with the sound model."""
        return self._add("data", name, file, content, error, exit_code)

    def recipe(self, name, content, error, exit_code=65):
        """A recipe that `compress` must end on, with the sound model and data."""
        return self._add("recipe", name, "recipe.yaml", content, error, exit_code)

    def _add(self, kind, name, file, content, error, exit_code):
        folder = self.place(name)
        (folder / file).write_bytes(content)
        self.entries.append({"kind": kind, "name": name, "file": f"{name}/{file}", "error": error, "exitCode": exit_code})
        return folder

    def finish(self):
        names = [entry["name"] for entry in self.entries]
        assert len(names) == len(set(names)), "two cases have one name"
        (self.folder / "manifest.json").write_text(json.dumps(self.entries, indent=1))


def unusable(reason):
    """The error of a file that is no model."""
    return f"'model.onnx' is not a usable ONNX model: {reason}"
