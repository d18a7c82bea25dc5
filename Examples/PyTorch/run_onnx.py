"""Runs an ONNX file on the arrays of an .npz. usage: run_onnx.py MODEL DATA"""
import sys
import numpy
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
data = numpy.load(sys.argv[2])
outputs = session.run(None, {value.name: data[value.name][:4] for value in session.get_inputs()})
print(outputs[0].shape, outputs[0].argmax(-1))
