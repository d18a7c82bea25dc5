"""The loader on a small model of every kind of module, without ONNX: the map is written here."""
import copy
import hashlib
import json
import pathlib
import tempfile
import unittest

import torch
from safetensors.torch import save_file
from torch import nn

from load_factors import load_factors


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(20, 8)
        self.head = nn.Linear(8, 20)
        self.head.weight = self.table.weight

    def forward(self, ids):
        return self.head(torch.tanh(self.table(ids)))


def use(weight, op, *modules):
    digest = hashlib.sha256(weight.detach().contiguous().numpy()).hexdigest()
    return {"op": op, "weight": {"name": "w", "sha256": digest}, "modules": list(modules)}


def linear(name, transposed=False, kind="Linear"):
    return {"type": kind, "weight": {"tensor": name, "transposed": transposed}}


class LoadFactorsTest(unittest.TestCase):
    def load(self, model, tensors, *uses):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "factors.safetensors"
            save_file(tensors, path, {"jointrank.factors": json.dumps({"layers": [{"uses": list(uses)}]})})
            return load_factors(model, path)

    def test_tied_weights_share_their_factors(self):
        torch.manual_seed(1)
        model = Tied().eval()
        first, second = torch.randn(20, 3), torch.randn(8, 3)
        expected = copy.deepcopy(model)
        with torch.no_grad():
            expected.table.weight.copy_(first @ second.T)
        weight = model.table.weight
        names = self.load(
            model, {"f": first, "s": second}, use(weight, "Gather", linear("f", kind="Embedding"), linear("s")),
            use(weight, "MatMul", linear("s", True), linear("f")))
        self.assertEqual(names, ["table", "head"])
        ids = torch.arange(20).reshape(4, 5)
        torch.testing.assert_close(model(ids), expected(ids))
        self.assertIs(model.table[0].weight, model.head[1].weight)
        self.assertEqual(model.table[1].weight.data_ptr(), model.head[0].weight.data_ptr())

    def test_convolutions_keep_bias_type_and_mode(self):
        torch.manual_seed(2)
        model = nn.Sequential(nn.Conv2d(4, 6, 3, stride=(2, 1), groups=2)).double().train()
        first, second = torch.randn(4, 2, 3, 3), torch.randn(6, 2, 1, 1)
        geometry = {"stride": [2, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 2}
        plain = {"stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 2}
        bias = model[0].bias
        self.load(
            model, {"f": first, "s": second},
            use(model[0].weight, "Conv", {"type": "ZeroPad2d", "padding": [0, 1, 2, 0]},
                {**linear("f", kind="Conv2d"), **geometry}, {**linear("s", kind="Conv2d"), **plain}))
        image = torch.randn(2, 4, 7, 8).double()
        hidden = nn.functional.conv2d(nn.functional.pad(image, (0, 1, 2, 0)), first.double(), stride=(2, 1), groups=2)
        torch.testing.assert_close(model(image), nn.functional.conv2d(hidden, second.double(), bias, groups=2))
        self.assertTrue(model[0].training)
        self.assertIs(model[0][2].bias, bias)

    def test_a_module_that_stands_at_two_places_is_replaced_at_both(self):
        torch.manual_seed(3)
        layer = nn.Linear(4, 5)
        # A norm without a weight has nothing that could be looked for.
        model = nn.ModuleDict({"a": layer, "norm": nn.LayerNorm(4, elementwise_affine=False), "b": layer})
        first, second = torch.randn(2, 4), torch.randn(5, 2)
        self.assertEqual(self.load(model, {"f": first, "s": second}, use(layer.weight, "Gemm", linear("f"), linear("s"))), ["a", "b"])
        values = torch.randn(3, 4)
        torch.testing.assert_close(model["a"](values), values @ first.T @ second.T + layer.bias)
        self.assertEqual([parameter.shape for parameter in model.parameters()], [(2, 4), (5, 2), (5,)])

    def test_a_use_without_a_module_is_refused(self):
        model = nn.Sequential(nn.Embedding(20, 8))
        with self.assertRaisesRegex(ValueError, "no module of the model has the weight w"):
            self.load(
                model, {"f": torch.randn(20, 3), "s": torch.randn(8, 3)},
                use(model[0].weight, "Gather", linear("f", kind="Embedding"), linear("s")),
                use(model[0].weight, "MatMul", linear("s", True), linear("f")))

    def test_padding_by_the_size_of_the_input_is_refused_before_anything_changes(self):
        model = nn.Sequential(nn.Linear(4, 5), nn.Conv1d(4, 5, 3))
        before = list(model)
        with self.assertRaisesRegex(ValueError, "padding depends on the input's size"):
            self.load(
                model, {"f": torch.randn(2, 4), "s": torch.randn(5, 2)}, use(model[0].weight, "Gemm", linear("f"), linear("s")),
                use(model[1].weight, "Conv", {**linear("f", kind="Conv1d"), "autoPad": "SAME_UPPER"}, linear("s", kind="Conv1d")))
        self.assertEqual(list(model), before)

    def test_another_model_is_refused_and_stays_as_it_is(self):
        model = nn.Sequential(nn.Linear(4, 5))
        before = model[0]
        with self.assertRaisesRegex(ValueError, "no module of the model has the weight w"):
            self.load(
                model, {"f": torch.randn(2, 4), "s": torch.randn(5, 2)}, use(model[0].weight, "Gemm", linear("f"), linear("s")),
                use(torch.randn(5, 4), "Gemm", linear("f"), linear("s")))
        self.assertIs(model[0], before)


if __name__ == "__main__":
    unittest.main()
