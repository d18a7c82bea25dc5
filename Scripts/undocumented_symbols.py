"""Lists the public declarations in a folder of symbol graphs that have no documentation comment, and fails where there are any.

usage: undocumented_symbols.py FOLDER
"""

import json
import sys
from pathlib import Path

# What the compiler writes for Codable and for raw values has no place for a comment.
SYNTHESIZED = ("init(from:)", "encode(to:)", "init(rawValue:)")


def undocumented(graph):
    for symbol in graph["symbols"]:
        inherited = "::SYNTHESIZED::" in symbol["identifier"]["precise"]
        if not inherited and "docComment" not in symbol and symbol["pathComponents"][-1] not in SYNTHESIZED:
            yield ".".join(symbol["pathComponents"])


def main():
    graphs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(sys.argv[1]).glob("*.symbols.json"))]
    if not graphs:
        sys.exit(f"undocumented_symbols: '{sys.argv[1]}' holds no symbol graphs")
    names = [name for graph in graphs for name in undocumented(graph)]
    for name in names:
        print(f"undocumented_symbols: nothing is said of {name}", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
