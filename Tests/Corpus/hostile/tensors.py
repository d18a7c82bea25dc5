"""Tensors behind a JSON header (.safetensors) that lies."""
import json
import struct

from .samples import arrays


def add(corpus):
    for name, content, error in safetensors():
        corpus.data(f"safetensors-{name}", content, error, 65 if error else 0, file="data.safetensors")


def packed(text, data=b"", length=None):
    """A .safetensors file of any header."""
    text = text if isinstance(text, bytes) else text.encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(shape, begin, end, kind="F32"):
    return {"dtype": kind, "shape": shape, "data_offsets": [begin, end]}


def safetensors():
    x, labels = arrays()["x"].tobytes(), arrays()["labels"].tobytes()
    data, size = x + labels, len(x) + len(labels)
    sound = {"x": entry([48, 8], 0, len(x)), "labels": entry([48], len(x), size, "I64")}

    def changed(name="x", **fields):
        return packed(json.dumps({**sound, name: {**sound[name], **fields}}), data)

    yield "sound", packed(json.dumps(sound), data), ""
    whole = "'data.safetensors': "
    text = whole + "its header is not the JSON of .safetensors: "
    yield "overlap", changed("labels", data_offsets=[len(x) - 8, size - 8]), whole + (
        f"tensor 'labels' starts at byte {len(x) - 8} instead of {len(x)}: a gap or an overlap")
    yield "all-on-the-same-bytes", packed(json.dumps({f"t{i}": entry([48, 8], 0, len(x)) for i in range(10_000)}), x), whole + (
        f"tensor 't1' starts at byte 0 instead of {len(x)}: a gap or an overlap")
    yield "gap", packed(json.dumps({**sound, "labels": entry([48], len(x) + 8, size + 8, "I64")}), x + bytes(8) + labels), whole + (
        f"tensor 'labels' starts at byte {len(x) + 8} instead of {len(x)}: a gap or an overlap")
    yield "bytes-behind-the-last", packed(json.dumps(sound), data + b"GIF89a"), whole + f"its tensors end at byte {size}, its data at {size + 6}"
    yield "cut-off", packed(json.dumps(sound), data[:-1]), whole + f"its tensors end at byte {size}, its data at {size - 1}"
    yield "offsets-in-reverse", changed(data_offsets=[len(x), 0]), whole + "tensor 'x' has impossible offsets"
    yield "offsets-negative", changed(data_offsets=[-1536, 0]), whole + "tensor 'x' has impossible offsets"
    yield "offsets-of-2-63", changed(data_offsets=[0, (1 << 63) - 1]), whole + f"tensor 'x' takes 1536 bytes but has {(1 << 63) - 1}"
    yield "offsets-of-2-64", changed(data_offsets=[0, 1 << 64]), text + "it cannot be parsed"
    yield "offsets-with-fractions", changed(data_offsets=[0, 1536.5]), text + "it cannot be parsed"
    yield "shape-that-overflows", changed(shape=[1 << 62, 1 << 62]), whole + (
        "tensor 'x': [4611686018427387904, 4611686018427387904] is not a possible shape")
    yield "shape-longer-than-its-data", changed(shape=[48, 1 << 40]), whole + f"tensor 'x' takes {48 * 4 << 40} bytes but has 1536"
    yield "shape-negative", changed(shape=[-48, -8]), whole + "tensor 'x': [-48, -8] is not a possible shape"

    yield "header-of-2-64", packed(json.dumps(sound), data, (1 << 64) - 1), whole + "its header claims more than 100 MB"
    yield "header-of-200-mb", packed(json.dumps(sound), data, 200_000_000), whole + "its header claims more than 100 MB"
    yield "header-past-the-end", packed(json.dumps(sound), data, 50_000_000), whole + "its header is cut off"
    yield "header-of-length-0", packed(json.dumps(sound), data, 0), whole + "its header is not a JSON object"
    yield "header-too-short-by-one", packed(json.dumps(sound), data, len(json.dumps(sound)) - 1), text + "it cannot be parsed"
    yield "keys-twice", packed('{"x":%s,"x":%s,"labels":%s}' % tuple(
        json.dumps(sound[name]) for name in ["x", "x", "labels"]), data), whole + "its header has a repeated or an unknown key"
    yield "key-twice-inside", packed(json.dumps(sound).replace('"shape": [48, 8]', '"shape": [48, 8], "shape": [8, 48]'), data), whole + (
        "its header has a repeated or an unknown key")
    yield "key-not-utf-8", packed(json.dumps(sound).encode().replace(b'"x"', b'"\xff"'), data), text + "it cannot be parsed"
    yield "key-of-half-a-surrogate", packed(json.dumps(sound).replace('"x"', '"\\ud800"'), data), text + "it cannot be parsed"
    yield "header-in-utf-16", packed(json.dumps(sound).encode("utf-16-le"), data), whole + "its header is not a JSON object"
    yield "json-nested-100000-deep", packed('{"x":' * 100_000 + "1" + "}" * 100_000, data), text + "it cannot be parsed"
    yield "metadata-nested-100000-deep", packed('{"__metadata__":{"a":' + "[" * 100_000 + "]" * 100_000 + "}}", data), text + "it cannot be parsed"
    yield "json-not-closed", packed('{"x":', data), text + "it cannot be parsed"
    yield "json-array", packed("[1]", data), whole + "it is no .safetensors file, whatever its name says"
    yield "number-of-a-million-digits", packed('{"x":{"dtype":"F32","shape":[' + "9" * 1_000_000 + '],"data_offsets":[0,0]}}', data), text + "it cannot be parsed"
    yield "shape-of-a-million-axes", packed(json.dumps({**sound, "x": entry([48, 8] + [1] * 1_000_000, 0, len(x))}), data), whole + (
        "tensor 'x' has 1000002 axes, more than 64")
    yield "100000-empty-tensors", packed(json.dumps({**{f"t{i}": entry([0], 0, 0) for i in range(100_000)}, **sound}), data), ""
