"""ZIP archives of arrays that unpack to more than they are, overlap, or lie about themselves."""
import dataclasses
import struct
import zlib

from .samples import arrays, npy, npz

DIRECTORY = "'data.npz': its ZIP directory is missing or damaged; is the file cut off?"
STORED, DEFLATED = 0, 8


@dataclasses.dataclass
class Member:
    """A member whose lengths and checksum are true unless others are given."""

    name: str
    content: bytes
    method: int = STORED
    stored: bytes = None
    checksum: int = None
    byte_count: int = None
    stored_byte_count: int = None
    header_offset: int = None
    flags: int = 0
    extra: bytes = b""

    def __post_init__(self):
        if self.stored is None:
            self.stored = self.content if self.method == STORED else deflated(self.content)
        if self.checksum is None:
            self.checksum = zlib.crc32(self.content)
        if self.byte_count is None:
            self.byte_count = len(self.content)
        if self.stored_byte_count is None:
            self.stored_byte_count = len(self.stored)

    def fields(self):
        return struct.pack("<HHHHHIII", 45, self.flags, self.method, 0, 33, self.checksum, self.stored_byte_count, self.byte_count)


def deflated(content):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def archive(*members, count=None, zip64_end=None, directory_offset=None):
    """Local headers with the members, the directory, and the record at the end."""
    body, directory = bytearray(), bytearray()
    for member in members:
        name = member.name.encode()
        offset = len(body) if member.header_offset is None else member.header_offset
        body += b"PK\3\4" + member.fields() + struct.pack("<HH", len(name), len(member.extra)) + name + member.extra + member.stored
        directory += b"PK\1\2" + struct.pack("<H", 45) + member.fields()
        directory += struct.pack("<HHHHHII", len(name), len(member.extra), 0, 0, 0, 0, offset) + name + member.extra
    count = len(members) if count is None else count
    start = len(body) if directory_offset is None else directory_offset
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), start & 0xFFFFFFFF, 0)
    if zip64_end is not None:
        record = struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, zip64_end.get("length", len(directory)), zip64_end.get("offset", start))
        locator = struct.pack("<IQI", 0, zip64_end.get("record", len(body) + len(directory)), 1)
        end = b"PK\6\6" + record + b"PK\6\7" + locator + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    return bytes(body + directory + end)


def zip64(*numbers):
    return struct.pack("<HH", 1, 8 * len(numbers)) + struct.pack(f"<{len(numbers)}Q", *numbers)


def add(corpus):
    for name, content, error in [*bombs(), *lies()]:
        corpus.data(f"npz-{name}", content, error, 65 if error else 0)


def header(shape, kind="|u1"):
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text.encode()


def bombs():
    labels = Member("labels.npy", npy(arrays()["labels"]))
    x = npy(arrays()["x"])

    yield "sound", npz(), ""
    yield "sound-deflated", npz(compressed=True), ""
    yield "sound-by-hand", archive(Member("x.npy", x, DEFLATED), labels), ""

    ratio = "than deflate can"
    claim = header((48, 1 << 36))
    yield "header-claims-3-tib", archive(Member("x.npy", claim, DEFLATED), labels), (
        "array 'x' in 'data.npz': its header promises 3298534883328 bytes of elements, the member has 0")
    yield "member-and-header-claim-3-tib", archive(
        Member("x.npy", claim, DEFLATED, byte_count=0xFFFFFFFF, extra=zip64(len(claim) + 48 * (1 << 36))), labels), (
        f"'data.npz': member 'x.npy' claims to unpack to {len(claim) + 48 * (1 << 36)} bytes, more {ratio}")
    zeros = header((48, 1 << 20)) + bytes(48 << 20)
    yield "48-mib-of-zeros-in-48-kib", archive(Member("x.npy", zeros, DEFLATED), labels), "array 'x' has the shape [48, 1048576], but the model takes *"
    yield "48-mib-of-zeros-that-claim-1-kib", archive(Member("x.npy", zeros, DEFLATED, byte_count=1 << 10), labels), (
        "array 'x' in 'data.npz': its header promises 50331648 bytes of elements, the member has 896")
    yield "48-mib-of-zeros-under-a-small-header", archive(
        Member("x.npy", header((48, 8)) + bytes(48 << 20), DEFLATED), labels), (
        "array 'x' in 'data.npz': its header promises 384 bytes of elements, the member has 50331648")
    sound = npy(arrays()["x"])
    yield "data-go-on-behind-the-declared-end", archive(
        Member("x.npy", sound, DEFLATED, stored=deflated(sound + bytes(1 << 20))), labels), (
        f"'data.npz': member 'x.npy' unpacks to more than the declared {len(sound)} bytes")
    yield "deflated-twice", archive(Member("x.npy", deflated(sound), DEFLATED), labels), (
        "array 'x' in 'data.npz': not a readable .npy array: it does not start as .npy")

    yield "60000-members", archive(*[Member(f"{i}.npy", b"") for i in range(60_000)], Member("x.npy", x), labels), ""
    yield "70000-members-counted-as-4464", archive(*[Member(f"{i}.npy", b"") for i in range(70_000)], labels), (
        "'data.npz': its directory has 70001 members instead of 4465")
    yield "directory-of-17-mib", archive(*[Member("n" * 60_000 + str(i), b"") for i in range(300)]), (
        "'data.npz': its directory of 18014590 bytes is too long")
    # Every member's data are the same bytes (D. Fifield, "A better zip bomb", 2019).
    kernel = Member("0.npy", npy(arrays()["x"]))
    yield "members-that-share-a-header", archive(kernel, *[
        dataclasses.replace(kernel, name=f"{i}.npy", stored=b"", stored_byte_count=len(kernel.stored), header_offset=0) for i in range(1, 9)], labels), (
        "'data.npz': member '1.npy' differs from its directory entry")
    inner = b"PK\3\4" + kernel.fields() + struct.pack("<HH", 5, 0) + b"1.npy" + kernel.stored
    yield "members-quoted-by-others", archive(
        Member("0.npy", inner), Member("1.npy", kernel.content, stored=b"", stored_byte_count=len(kernel.stored), header_offset=35), labels), (
        "'data.npz': members '0.npy' and '1.npy' overlap")


def lies():
    labels = Member("labels.npy", npy(arrays()["labels"]))
    x = npy(arrays()["x"])
    wrong = "'data.npz': member 'x.npy' is damaged: its checksum (CRC-32) is wrong"
    yield "wrong-checksum", archive(Member("x.npy", x, checksum=0xDEADBEEF), labels), wrong
    yield "wrong-checksum-deflated", archive(Member("x.npy", x, DEFLATED, checksum=0), labels), wrong
    yield "empty", b"", "'data.npz': it is empty"
    yield "end-record-alone", b"PK\5\6" + bytes(18), "no array 'x' in 'data.npz'; there are none"
    yield "cut-off", archive(Member("x.npy", x), labels)[:-30], DIRECTORY
    yield "encrypted", archive(Member("x.npy", x, flags=1), labels), "'data.npz': member 'x.npy' is encrypted"
    yield "packed-by-lzma", archive(Member("x.npy", x, method=14, stored=x), labels), (
        "'data.npz': member 'x.npy' is packed by method 14; only stored and deflated ones are read")
    yield "the-same-name-twice", archive(Member("x.npy", x), Member("x.npy", x), labels), "'data.npz': it has two arrays 'x'"
    yield "name-not-utf-8", archive(Member("x.npy", x), labels).replace(b"x.npy", b"\xff.npy"), "'data.npz': a member's name is not UTF-8"
    yield "name-of-another-folder", archive(Member("../../x.npy", x), labels), (
        "no array 'x' in 'data.npz'; there are '../../x', 'labels'")
    yield "garbage-in-place-of-deflate", archive(Member("x.npy", x, DEFLATED, stored=b"\xff" * 300), labels), (
        "'data.npz': member 'x.npy' is damaged: it cannot be unpacked")
    yield "member-past-the-directory", archive(Member("x.npy", x, stored_byte_count=1 << 20, byte_count=1 << 20), labels), (
        "'data.npz': member 'x.npy' lies outside the file")

    impossible = "'data.npz': member 'x.npy' has impossible lengths"
    unset = {"byte_count": 0xFFFFFFFF, "stored_byte_count": 0xFFFFFFFF}
    yield "zip64-without-its-field", archive(Member("x.npy", x, **unset), labels), impossible
    yield "zip64-field-too-short", archive(Member("x.npy", x, **unset, extra=zip64(len(x))), labels), impossible
    yield "zip64-of-2-63", archive(Member("x.npy", x, **unset, extra=zip64((1 << 63), (1 << 63))), labels), impossible
    yield "zip64-of-2-63-less-1", archive(Member("x.npy", x, **unset, extra=zip64((1 << 63) - 1, (1 << 63) - 1)), labels), (
        "'data.npz': member 'x.npy' lies outside the file")
    yield "zip64-sound", archive(Member("x.npy", x, **unset, extra=zip64(len(x), len(x))), labels, zip64_end={}), ""
    yield "zip64-directory-beyond-the-file", archive(Member("x.npy", x), labels, zip64_end={"offset": 1 << 62}), DIRECTORY
    yield "zip64-directory-of-2-64", archive(Member("x.npy", x), labels, zip64_end={"length": (1 << 64) - 1}), DIRECTORY
    yield "zip64-record-elsewhere", archive(Member("x.npy", x), labels, zip64_end={"record": 0}), DIRECTORY
    yield "zip64-of-2-40-members", archive(Member("x.npy", x), labels, count=1 << 40, zip64_end={}), (
        "'data.npz': its directory has 2 members instead of 1099511627776")
