#!/usr/bin/env python3
"""samples.py IN.npz OUT.npz COUNT: the first COUNT samples of a file; JPEG images (arrays jpeg, offsets, labels) are decoded."""
import io
import sys

import numpy as np


def main():
    source, target, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with np.load(source) as arrays:
        if "jpeg" in arrays:
            from PIL import Image
            data, offsets = arrays["jpeg"].tobytes(), arrays["offsets"]
            images = [
                np.asarray(Image.open(io.BytesIO(data[start:stop])).convert("RGB")).transpose(2, 0, 1)
                for start, stop in list(zip(offsets, offsets[1:]))[:count]]
            taken = {"input": np.stack(images), "labels": arrays["labels"][: len(images)]}
        else:
            taken = {name: arrays[name][:count] for name in arrays}
    np.savez(target, **taken)


if __name__ == "__main__":
    main()
