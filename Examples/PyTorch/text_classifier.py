"""A text classifier of Hugging Face transformers: PyTorch -> ONNX -> jointrank -> ONNX Runtime and back into PyTorch.

    python text_classifier.py [--exporter dynamo|torchscript] [--samples 160] [--out out]

A small BERT with random weights, so that nothing is downloaded; its own answers are the labels. `from_pretrained` and tokenized texts take
their place in real work.
"""
import argparse
import pathlib

import numpy
import torch
from transformers import BertConfig, BertForSequenceClassification

from common import compared, exported, jointrank

parser = argparse.ArgumentParser()
parser.add_argument("--exporter", choices=["dynamo", "torchscript"], default="dynamo")
parser.add_argument("--samples", type=int, default=160)
parser.add_argument("--out", default="out")
arguments = parser.parse_args()
out = pathlib.Path(arguments.out)
out.mkdir(exist_ok=True)
stem = str(out / f"text-{arguments.exporter}")


class Logits(torch.nn.Module):
    """The classifier as a function from tensors to a tensor."""

    def __init__(self, classifier):
        super().__init__()
        self.classifier = classifier

    def forward(self, input_ids, attention_mask):
        return self.classifier(input_ids=input_ids, attention_mask=attention_mask).logits


torch.manual_seed(0)
config = BertConfig(
    vocab_size=500, hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=128, max_position_embeddings=32,
    num_labels=4, initializer_range=0.2, attn_implementation="eager")
model = Logits(BertForSequenceClassification(config)).eval()

length = 16
ids = torch.randint(1, config.vocab_size, (arguments.samples, length))
mask = (torch.arange(length) < torch.randint(4, length + 1, (arguments.samples, 1))).long()
inputs = {"input_ids": ids * mask, "attention_mask": mask}
with torch.no_grad():
    labels = model(**inputs).argmax(1)
numpy.savez(f"{stem}.npz", labels=labels.numpy(), **{name: tensor.numpy() for name, tensor in inputs.items()})
exported(model, {name: tensor[:2] for name, tensor in inputs.items()}, f"{stem}.onnx", arguments.exporter)

jointrank("compress", f"{stem}.onnx", "--calibration", f"{stem}.npz", "--mode", "lossless", "--keep-params", "0.6", "--optimize", "size",
          "--quiet", "-o", f"{stem}-small.onnx")
jointrank("export-factors", f"{stem}-small.onnx", "--original", f"{stem}.onnx", "-o", f"{stem}.safetensors")
compared(model, {name: tensor[:8] for name, tensor in inputs.items()}, f"{stem}.onnx", f"{stem}-small.onnx", f"{stem}.safetensors")
