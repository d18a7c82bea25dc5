"""Single arrays (.npy) whose headers lie, as files and as members of archives."""
import struct

import numpy

from .archives import Member, archive
from .samples import arrays, npy


NO_LABELS = "no array 'labels' in 'x.npy'; there is 'x'"


def add(corpus):
    labels = Member("labels.npy", npy(arrays()["labels"]))

    def both(name, content, inside, alone):
        corpus.data(f"npy-{name}-in-npz", archive(Member("x.npy", content), labels), inside, 65 if inside else 0)
        corpus.data(f"npy-{name}", content, alone, file="x.npy")

    for name, content, problem in single_arrays():
        if problem:
            both(name, content, *(f"array 'x' in '{file}': {problem.format(source=source)}" for file, source in [
                ("data.npz", "member"), ("x.npy", "file")]))
        else:
            # A file of one array has no labels, at the latest.
            both(name, content, "", NO_LABELS)
    both("of-0-times-2-62", raw(header(f"(0, {1 << 60}, {1 << 60})")), "array 'x' in 'data.npz': it has no samples", NO_LABELS)
    both("pickle-without-a-header", COMMAND, "array 'x' in 'data.npz': not a readable .npy array: it does not start as .npy", (
        "'x.npy': it is no .npy file, whatever its name says"))


#: A pickle that runs a command.
COMMAND = b"\x80\x02cposix\nsystem\nX\x0c\x00\x00\x00touch pwned;\x85R."


def raw(text, data=b"", version=(1, 0), length=None):
    """A .npy file of any header."""
    text = text.encode("latin-1")
    length = len(text) if length is None else length
    return b"\x93NUMPY" + bytes(version) + struct.pack("<H" if version[0] == 1 else "<I", length) + text + data


def header(shape="(48, 8)", kind="'<f4'", order="False"):
    return f"{{'descr': {kind}, 'fortran_order': {order}, 'shape': {shape}, }}\n"


def single_arrays():
    damage = "not a readable .npy array: "
    data = arrays()["x"].tobytes()
    yield "sound", npy(arrays()["x"]), ""
    yield "fortran-order", npy(numpy.asfortranarray(arrays()["x"])), ""

    pickled = "it holds pickled Python objects, which are never loaded"
    yield "objects", npy(numpy.array([{"a": 1}, print], dtype=object), allow_pickle=True), pickled
    yield "objects-that-run-a-command", raw(header("(1,)", "'|O'"), COMMAND), pickled
    yield "records", npy(numpy.zeros(48, [("a", "<f4"), ("b", "<i8")])), "it holds records (a structured type), not numbers"
    yield "big-endian", npy(arrays()["x"].astype(">f4")), "type '>f4' is big-endian; save it as little-endian"
    yield "complex", npy(arrays()["x"].astype(complex)), "it holds complex numbers"

    promise = "its header promises {} bytes of elements, the {{source}} has {}"
    yield "longer-than-its-data", raw(header("(48, 9)"), data), promise.format(1728, 1536)
    yield "shorter-than-its-data", raw(header("(48, 7)"), data), promise.format(1344, 1536)
    yield "of-3-tib", raw(header("(48, 17179869184)"), data), promise.format(48 << 36, 1536)
    yield "of-3-tib-in-fortran-order", raw(header("(48, 17179869184)", order="True"), data), promise.format(48 << 36, 1536)
    yield "that-overflows", raw(header("(4611686018427387904, 4)"), data), damage + "[4611686018427387904, 4] is not a possible shape"
    yield "of-negative-length", raw(header("(-48, -8)"), data), damage + "'shape' has an impossible length"
    yield "of-length-above-64-bits", raw(header("(48, 18446744073709551624)"), data), damage + "'shape' has an impossible length"
    yield "of-20000-axes", raw(header("(48, 8" + ", 1" * 20_000 + ")"), data), damage + "it has 20002 axes, more than 64"

    yield "header-of-4-gib", raw(header(), data, (2, 0), 0xFFFFFFFF), damage + "the header claims 4294967295 bytes, more than 65535"
    yield "header-cut-off", raw(header(), b"", length=2000), damage + "the header is cut off"
    yield "header-of-garbage", raw("\x00\xff" * 500, data), damage + "the header has something else where '{{' belongs"
    yield "header-that-is-code", raw("__import__('os').system('touch pwned')", data), damage + "the header has something else where '{{' belongs"
    yield "header-nested-30000-deep", raw("{'descr': '<f4', 'fortran_order': False, 'shape': " + "(" * 30_000, data), damage + "'shape' has an impossible length"
    yield "header-without-end", raw("{'descr': '" + "f" * 60_000, data), damage + "the header has a broken string"
    yield "version-9", raw(header(), data, (9, 9)), damage + "format version 9.9 is unknown"
    yield "magic-alone", b"\x93NUMPY", damage + "it does not start as .npy"
