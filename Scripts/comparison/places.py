"""Where the values of a JSON text stand in it."""
import fnmatch
import json.decoder
import re

SPACE = re.compile(r"[ \t\r\n]*")
WORD = re.compile(r"[^\s,\]}]+")


def values(text):
    """Every string, number, truth value and null, and every empty list and object: (path, start, end), in the order of the text.

    Raises ValueError where the text is not JSON.
    """
    found = []
    end = read(text, 0, (), found)
    if SPACE.match(text, end).end() != len(text):
        raise ValueError(f"more than one value, at {end}")
    return found


def matches(path, pattern):
    """Whether a path is one that a pattern names, as in `layers.*.rank`."""
    return fnmatch.fnmatchcase(name(path), pattern)


def name(path):
    return ".".join(map(str, path))


def read(text, position, path, found):
    """Reads one value; returns where it ends."""
    position = start = SPACE.match(text, position).end()
    opening = text[position:position + 1]
    if opening == '"':
        end = json.decoder.scanstring(text, position + 1)[1]
    elif opening and opening in "{[":
        closing, count = "}" if opening == "{" else "]", 0
        position = SPACE.match(text, position + 1).end()
        while text[position:position + 1] != closing:
            if count > 0:
                position = SPACE.match(text, after(text, position, ",")).end()
            key = count
            if opening == "{":
                key, position = json.decoder.scanstring(text, after(text, position, '"'))
                position = after(text, SPACE.match(text, position).end(), ":")
            position = SPACE.match(text, read(text, position, (*path, key), found)).end()
            count += 1
        if count > 0:
            return position + 1
        end = position + 1
    else:
        word = WORD.match(text, position)
        if not word:
            raise ValueError(f"no value at {position}")
        json.loads(word.group())
        end = word.end()
    found.append((path, start, end))
    return end


def after(text, position, mark):
    if text[position:position + 1] != mark:
        raise ValueError(f"no {mark} at {position}")
    return position + 1
