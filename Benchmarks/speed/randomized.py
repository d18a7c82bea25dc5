#!/usr/bin/env python3
"""Asks whether randomized decompositions would make scoring faster: seconds of an exact one beside those of randomized ones.

    randomized.py [ORDER ...]        default: 768 1536 3072

A layer whose narrower side is R is put in its basis by two symmetric eigendecompositions of order R: one for the root of a metric, one for the
components. Only the second could be randomized (N. Halko, P. G. Martinsson, J. A. Tropp, arXiv 0909.4061; 8 more directions than wanted, 2
power iterations), as the root is wanted whole. One thread; processor time, so that other processes disturb little. The spectrum falls as
that of trained layers does, by a power law.
"""
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import sys
import time

import numpy

OVERSAMPLING, ITERATIONS = 8, 2
FRACTIONS = (8, 4, 2)


def matrix_of(order, random):
    basis, _ = numpy.linalg.qr(random.standard_normal((order, order)))
    return (basis * numpy.arange(1, order + 1) ** -1.0) @ basis.T


def randomized(matrix, rank, random):
    sketch, _ = numpy.linalg.qr(matrix @ random.standard_normal((len(matrix), rank + OVERSAMPLING)))
    for _ in range(ITERATIONS):
        sketch, _ = numpy.linalg.qr(matrix @ sketch)
    values, vectors = numpy.linalg.eigh(sketch.T @ matrix @ sketch)
    return values[::-1][:rank], (sketch @ vectors)[:, ::-1][:, :rank]


def seconds(work):
    times = []
    for _ in range(3):
        start = time.process_time()
        result = work()
        times.append(time.process_time() - start)
    return sorted(times)[1], result


def main():
    random = numpy.random.default_rng(0)
    print("| order | exact | " + " | ".join(f"1/{fraction} of it: time, energy off" for fraction in FRACTIONS) + " |")
    print("|---" * (2 + len(FRACTIONS)) + "|")
    for order in map(int, sys.argv[1:] or (768, 1536, 3072)):
        matrix = matrix_of(order, random)
        exact, (values, _) = seconds(lambda: numpy.linalg.eigh(matrix))
        cells = []
        for fraction in FRACTIONS:
            rank = order // fraction
            own, (found, _) = seconds(lambda: randomized(matrix, rank, random))
            off = abs(found - values[::-1][:rank]).sum() / values.sum()
            cells.append(f"{own / exact:.2f} of it, {off:.0e}")
        print(f"| {order} | {exact:.2f} s | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
