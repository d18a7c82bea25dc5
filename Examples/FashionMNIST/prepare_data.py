#!/usr/bin/env python3
"""Converts Debian's `dataset-fashion-mnist` into the two files that `jointrank` reads. Standard library only.

    prepare_data.py [--source FOLDER] OUTPUT_FOLDER

calibration.npz  the last 10 000 training images, which train.py leaves out
test.npz         the 10 000 test images

Each holds `input` (uint8, [10000, 1, 28, 28]) and `labels` (uint8, [10000]).
"""
import argparse
import gzip
import os
import pathlib
import struct
import sys
import zipfile
import zlib

DEBIAN_FOLDER = pathlib.Path("/usr/share/datasets/fashion-mnist")
TRAINING_IMAGES = 50_000
UNSIGNED_BYTE = 0x08
FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # so that equal data gives equal bytes


def read_idx(path):
    """The shape and the bytes of an IDX file: two zero bytes, the element type, the rank, big-endian dimensions, data."""
    try:
        content = gzip.decompress(path.read_bytes())
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path}: {error}") from error
    if len(content) < 4 or content[:3] != bytes((0, 0, UNSIGNED_BYTE)):
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    rank = content[3]
    header = 4 + 4 * rank
    if len(content) < header:
        raise ValueError(f"{path}: the header is cut short")
    shape = struct.unpack(f">{rank}I", content[4:header])
    expected = 1
    for dimension in shape:
        expected *= dimension
    if len(content) - header != expected:
        raise ValueError(f"{path}: {len(content) - header} bytes of data for shape {shape}")
    return shape, content[header:]


def npy(shape, data):
    """An array of unsigned bytes in the .npy format, version 1.0: the header is padded to a multiple of 64 bytes."""
    text = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + ", ".join(map(str, shape)) + ",), }"
    prefix = 10  # magic string, version and header length
    text += " " * (-(prefix + len(text) + 1) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode("latin1") + data


def write_npz(path, arrays):
    """Writes beside `path` and renames, so that an interrupted run leaves no half file."""
    temporary = path.with_name(path.name + ".partial")
    with zipfile.ZipFile(temporary, "w") as archive:
        for name, (shape, data) in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, npy(shape, data))
    os.replace(temporary, path)


def select(images, labels, first):
    """The images from number `first` on, as one-channel pictures, with their labels."""
    (count, height, width), pixels = images
    (label_count,), classes = labels
    if count != label_count:
        raise ValueError(f"{count} images, but {label_count} labels")
    shape = (count - first, 1, height, width)
    return {"input": (shape, pixels[first * height * width:]), "labels": ((count - first,), classes[first:])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--source", type=pathlib.Path, default=DEBIAN_FOLDER)
    arguments = parser.parse_args()
    if not arguments.source.is_dir():
        sys.exit(f"{arguments.source} is missing: Scripts/bootstrap --demo installs it")
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name, prefix, first in (("calibration", "train", TRAINING_IMAGES), ("test", "t10k", 0)):
        path = arguments.output / f"{name}.npz"
        try:
            images, labels = (read_idx(arguments.source / f"{prefix}-{kind}-ubyte.gz") for kind in ("images-idx3", "labels-idx1"))
            arrays = select(images, labels, first)
            write_npz(path, arrays)
        except (OSError, ValueError) as error:
            sys.exit(str(error))
        print(f"{path}: {arrays['labels'][0][0]} images")


if __name__ == "__main__":
    main()
