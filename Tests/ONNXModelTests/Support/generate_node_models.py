"""Writes the models of the onnx package's operator tests into the folder given as the only argument.

The package's wheel makes them on demand and does not carry them as files.
"""

import pathlib
import sys
import warnings

warnings.simplefilter("ignore")

from onnx.backend.test.case.node import collect_testcases

folder = pathlib.Path(sys.argv[1])
for case in collect_testcases(None):
    if case.model is not None:
        (folder / f"{case.name}.onnx").write_bytes(case.model.SerializeToString())
