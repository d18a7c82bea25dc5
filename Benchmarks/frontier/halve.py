"""halve.py FILE.npz FIRST.npz SECOND.npz: every other sample into each of two files."""
import sys

import numpy

whole, *halves = sys.argv[1:]
arrays = dict(numpy.load(whole, allow_pickle=False))
for start, path in reversed(list(enumerate(halves))):
    numpy.savez_compressed(path, **{name: array[start::2] for name, array in arrays.items()})
