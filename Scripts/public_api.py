"""Public declarations as text, from symbol graphs, and what breaks programs that were written for earlier ones.

usage: public_api.py list FOLDER
       public_api.py compare FOLDER BASELINE BREAKAGES

A line is a declaration: its kind, its name, a tab, and what is written in the source. Messages have the words of swift-api-digester.
"""

import json
import sys
from pathlib import Path

KINDS = {
    "class": "class", "enum": "enum", "enum.case": "enumelement", "func": "func", "func.op": "func", "init": "constructor",
    "method": "func", "property": "var", "protocol": "protocol", "struct": "struct", "subscript": "subscript",
    "type.method": "func", "type.property": "var", "type.subscript": "subscript", "typealias": "typealias",
}
# What every type conforms to unless it says otherwise; whether graphs name it depends on the compiler.
IMPLIED = {"Copyable", "Escapable", "BitwiseCopyable", "SendableMetatype"}


def read_graphs(folder):
    graphs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(folder).glob("*.symbols.json"))]
    if not graphs:
        sys.exit(f"public_api: '{folder}' holds no symbol graphs")
    return graphs


def declarations(folder):
    """By kind and name: how it is declared, which may be in several ways. Conformances are declarations of a type."""
    found = {}
    for graph in read_graphs(folder):
        names = {}
        for symbol in graph["symbols"]:
            identifier = symbol["identifier"]["precise"]
            # Members that the standard library gives to what conforms to its protocols.
            if "::SYNTHESIZED::" in identifier:
                continue
            kind = KINDS[symbol["kind"]["identifier"].removeprefix("swift.")]
            name = names[identifier] = f"{kind} {'.'.join(symbol['pathComponents'])}"
            text = " ".join("".join(fragment["spelling"] for fragment in symbol["declarationFragments"]).split())
            found.setdefault(name, set()).add(text)
        for relation in graph["relationships"]:
            protocol = relation.get("targetFallback", "").rpartition(".")[2]
            if relation["kind"] == "conformsTo" and relation["source"] in names and protocol and protocol not in IMPLIED:
                found[names[relation["source"]]].add(f": {protocol}")
            if relation["kind"] == "requirementOf" and relation["source"] in names:
                found[names[relation["source"]]].add("requirement")
    return found


def lines(declarations):
    """Sorted by what they belong to."""
    names = sorted(declarations, key=lambda name: name.split(" ", 1)[::-1])
    return [f"{name}\t{text}" for name in names for text in sorted(declarations[name])]


def breaks(before, after):
    for name, texts in before.items():
        gone = texts - after.get(name, set())
        if name not in after:
            # What a type holds goes with it.
            parent = name.partition(" ")[2].rpartition(".")[0]
            if not any(f"{kind} {parent}" in before and f"{kind} {parent}" not in after for kind in ("class", "enum", "protocol", "struct")):
                yield f"{name} has been removed"
            continue
        for text in sorted(gone):
            if text.startswith(": "):
                yield f"{name} has removed conformance to {text[2:]}"
            elif text != "requirement":
                yield f"{name} is no longer declared as '{text}'"
    for name, texts in after.items():
        parent = name.partition(" ")[2].rpartition(".")[0]
        if name.startswith("enumelement ") and name not in before and f"enum {parent}" in before:
            yield f"{name} has been added as a new enum case"
        if "requirement" in texts - before.get(name, set()) and f"protocol {parent}" in before:
            yield f"{name} has been added as a protocol requirement"


def read_baseline(path):
    found = {}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        name, text = line.split("\t")
        found.setdefault(name, set()).add(text)
    return found


def main():
    match sys.argv[1:]:
        case ["list", folder]:
            print("\n".join(lines(declarations(folder))))
        case ["compare", folder, baseline, breakages]:
            wanted = set(Path(breakages).read_text(encoding="utf-8").splitlines()) if Path(breakages).exists() else set()
            messages = [f"API breakage: {text}" for text in sorted(breaks(read_baseline(baseline), declarations(folder)))]
            unwanted = [message for message in messages if message not in wanted]
            print("\n".join(unwanted) or "check-api: no breaking changes")
            return 1 if unwanted else 0
        case _:
            sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
