"""The first difference between two files of the same name, in words; None where all is the same but for what may vary."""
import json

import places
import variation

TEXTS = [".json", ".html", ".svg", ".md", ".yaml", ".stdout", ".stderr"]


def between_files(before, after):
    """Of two files, by what their name says they are. One that is not what its name says is compared as it is, as are models."""
    contents = before.read_bytes(), after.read_bytes()
    if before.suffix not in (".safetensors", *TEXTS):
        return between_bytes(*contents)
    try:
        if before.name.endswith(".safetensors"):
            return between_safetensors(*map(variation.safetensors, contents))
        texts = [content.decode() for content in contents]
    except ValueError:
        return between_bytes(*contents)
    try:
        return between_texts(*(normal_form(text, path) for text, path in zip(texts, (before, after))))
    except ValueError:
        return between_lines(*texts)


def normal_form(text, path):
    """A file's text without what may vary."""
    if path.name.endswith(".plan.json"):
        return variation.plan(text, path)
    if path.name.endswith(".json"):
        return variation.json_text(text)
    if path.name.endswith(".html"):
        return variation.page(text)
    if path.name.endswith(".stderr"):
        return variation.errors_text(text)
    return variation.plain_text(text)


def between_caches(before, after):
    """Of two timing caches: what was timed."""
    names = [list(json.loads(path.read_text())) if path.exists() else [] for path in (before, after)]
    new, gone = (sorted(set(one) - set(other)) for one, other in (names[::-1], names))
    if new or gone:
        return f"{len(gone)} names only before, {len(new)} only after, the first one: {excerpt((gone + new)[0], 0)}"
    return None


def between_safetensors(before, after):
    """Of what `variation.safetensors` says of two files."""
    (header, data, start), (other_header, other_data, other_start) = before, after
    difference = between_texts(header, other_header)
    if difference is None and start != other_start:
        return f"the header's length modulo 8: {start} and {other_start}"
    if difference or data == other_data:
        return difference
    offset = first_difference(data, other_data)
    for name, array in json.loads(header).items():
        if name != "__metadata__" and array["data_offsets"][0] <= offset < array["data_offsets"][1]:
            return f"array {name} ({array['dtype']} {array['shape']}), data {bytes_at(data, other_data, offset)}"
    return bytes_at(data, other_data, offset)


def between_bytes(before, after):
    if before == after:
        return None
    return bytes_at(before, after, first_difference(before, after))


def bytes_at(before, after, offset):
    length = "" if len(before) == len(after) else f"; {len(before)} and {len(after)} bytes"
    return f"byte {offset}: {before[offset:offset + 8].hex() or 'end'} and {after[offset:offset + 8].hex() or 'end'}{length}"


def between_texts(before, after):
    """With the path of the first value that differs, where both are JSON."""
    if before == after:
        return None
    try:
        found = [[(path, text[start:end]) for path, start, end in places.values(text)] for text in (before, after)]
    except ValueError:
        return between_lines(before, after)
    for (path, value), (other_path, other) in zip(*found):
        if path != other_path:
            return f"{places.name(path)} before, {places.name(other_path)} after"
        if value != other:
            return f"{places.name(path)}: " + " and ".join(excerpts(value, other))
    if len(found[0]) != len(found[1]):
        longer = max(found, key=len)
        return f"{places.name(longer[min(map(len, found))][0])}: only {'before' if longer is found[0] else 'after'}"
    return between_lines(before, after)


def between_lines(before, after):
    if before == after:
        return None
    lines = before.split("\n"), after.split("\n")
    number = first_difference(*lines)
    pair = [some[number] if number < len(some) else None for some in lines]
    if None in pair:
        there = pair[0] if pair[1] is None else pair[1]
        return f"line {number + 1}, only {'before' if pair[1] is None else 'after'}: {excerpt(there, 0)}"
    return f"line {number + 1}: " + " and ".join(excerpts(*pair))


def first_difference(before, after):
    """The first index at which two sequences differ."""
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        if before[low:middle] == after[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def excerpts(before, after):
    place = first_difference(before, after)
    return excerpt(before, place), excerpt(after, place)


def excerpt(text, place, around=40):
    start, end = max(place - around, 0), place + around
    return ("…" if start > 0 else "") + text[start:end] + ("…" if end < len(text) else "")
