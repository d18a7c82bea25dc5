"""make_corpus.py FOLDER [GROUP ...]

Writes hostile files, all or those of some groups, into a new folder: a folder for each file, `manifest.json` with what the command must answer to each,
and `sound.onnx` and `sound.npz`, what hostile data and recipes are given to. CorpusTests.swift replays them; `Fuzzing/run` starts from them.
Needs the onnx package and NumPy.
"""
import sys

sys.dont_write_bytecode = True

from hostile import archives, arrays, external, graphs, protobuf, recipes, samples, tensors
from hostile.corpus import Corpus

groups = {module.__name__.split(".")[-1]: module for module in [protobuf, graphs, external, archives, arrays, tensors, recipes, samples]}
corpus = Corpus(sys.argv[1])
for name in sys.argv[2:] or groups:
    groups[name].add(corpus)
(corpus.folder / "sound.onnx").write_bytes(samples.model())
(corpus.folder / "sound.npz").write_bytes(samples.npz())
corpus.finish()
