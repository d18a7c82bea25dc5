"""What may differ between two runs of the same command, in one place. All that is not named here must be the same to the last byte.

Two things vary: times, which are measured again each time, and the peak memory of a process. There are no dates in any output, and no paths
but those of the command line, which are relative and the same for both. Times that decide something (`--optimize balanced`) come from the
timing cache, which the second run gets from the first one, and are compared.
"""
import hashlib
import json
import re

import places

# In JSON: fields by their paths, where `*` stands for anything. Layers' own times (`layers.*.latencyMs`) are not among them, which the cache
# holds.
JSON_FIELDS = [
    "seconds", "seconds.*", "peakMemoryMiB", "latencyMs.*",  # reports and summaries
    "original.latencyMs", "points.*.latencyMs.*",  # frontier reports
]
# In a plan: the digest of the factors, whose file holds a report with times. It is looked at by itself (`plan`).
PLAN_DIGEST = "factors.sha256"
# In .safetensors files: those texts of the metadata that are reports.
METADATA_REPORTS = ["report"]
# In what commands print and in Markdown: what the group of a pattern matches, or the numbers in what a pattern without one matches.
TEXT = [
    r"^time: [^;\n]*",  # `time: calibrate 0.1 s, plan 0.2 s, verify 0.3 s`, which the peak memory may follow
    r"peak memory \d+ MiB",
    r"^(?:\| )?latency \(measured\) .*",  # a row of a table
    r"^original: .*?(\d+\.\d+ ms)$",
    r"expected: (.*? of memory);",  # the estimate before a plan
]
# In tables that frontier prints: the columns of these names.
TEXT_COLUMNS = ["latency kept"]
# In pages, likewise.
PAGE = [
    r"<dt>time</dt><dd>[^<]*",
    r"<dt>(?:peak memory|run)</dt><dd>(?:peak memory )?(\d+ MiB)",
    r'>latency \(measured\)</td>.*',
    r"<dt>original</dt><dd>[^<]*?(\d+\.\d+ ms)</dd>",
    r'data-label="latency (?:before|after|kept)">[^<]*',
]
# In pages: the picture whose horizontal axis is time, all of it.
PAGE_PICTURE = r"<svg(?:(?!</svg>).)*?Loss against kept latency.*?</svg>"
# On standard error: lines of progress, which are not compared. Some say how long a stage took.
PROGRESS = r"^(?!jointrank: ).*: (?:\d+ to do|\d+ done in .*|\d+/\d+, .*|\d+)$"

NUMBER = re.compile(r" *\d+(?:\.\d+)?")
VARYING = "#"


def masked(text, pattern):
    """The text without what the pattern's group matches, or without the numbers in what the whole pattern matches."""
    def replaced(match):
        whole = match.group()
        if not match.re.groups:
            return NUMBER.sub(" " + VARYING, whole)
        start, end = (position - match.start() for position in match.span(1))
        return whole[:start] + VARYING + whole[end:]
    return re.sub(pattern, replaced, text, flags=re.MULTILINE)


def json_text(text, fields=tuple(JSON_FIELDS)):
    """A JSON text with the values of some fields gone; all other bytes are as they were."""
    kept, position = [], 0
    for path, start, end in places.values(text):
        if any(places.matches(path, field) for field in fields):
            kept += [text[position:start], json.dumps(VARYING)]
            position = end
    return "".join(kept) + text[position:]


def plain_text(text):
    """What a command prints: a JSON object, or tables and lines."""
    if text.startswith("{"):
        return json_text(text)
    for pattern in TEXT:
        text = masked(text, pattern)
    return without_columns(text)


def without_columns(text):
    """A table with the cells of some columns gone; these are narrower than their titles, and end where these do."""
    lines = text.split("\n")
    for name in TEXT_COLUMNS:
        end = lines[0].find("  " + name)
        if end < 0:
            continue
        start, end = end + 2, end + 2 + len(name)
        for index in range(1, lines.index("") if "" in lines else len(lines)):
            cell = lines[index][start:end]
            lines[index] = lines[index][:start] + (VARYING if cell.strip() else "").rjust(len(cell)) + lines[index][end:]
    return "\n".join(lines)


def errors_text(text):
    """Standard error: all but progress."""
    lines = [line for line in text.splitlines(keepends=True) if not re.search(PROGRESS, line)]
    return plain_text("".join(lines))


def page(text):
    """A page."""
    text = re.sub(PAGE_PICTURE, f"<svg>{VARYING}</svg>", text, flags=re.DOTALL)
    for pattern in PAGE:
        text = masked(text, pattern)
    return text


def plan(text, path):
    """A plan, with a word in place of the digest: whether it is that of the file."""
    for place, start, end in places.values(text):
        if places.matches(place, PLAN_DIGEST):
            factors = path.parent / json.loads(text)["factors"]["file"]
            is_right = factors.exists() and hashlib.sha256(factors.read_bytes()).hexdigest() == json.loads(text[start:end])
            text = text[:start] + ('"that of the file"' if is_right else '"not that of the file"') + text[end:]
            break
    return text


def safetensors(content):
    """(the header's text without times, the arrays' bytes, the header's length modulo 8). Length and filling go with the times."""
    length = int.from_bytes(content[:8], "little")
    header = content[8:8 + length].decode().rstrip(" ")
    kept, position = [], 0
    for path, start, end in places.values(header):
        if len(path) == 2 and path[0] == "__metadata__" and path[1] in METADATA_REPORTS:
            kept += [header[position:start], json.dumps(json_text(json.loads(header[start:end])))]
            position = end
    return "".join(kept) + header[position:], content[8 + length:], length % 8
