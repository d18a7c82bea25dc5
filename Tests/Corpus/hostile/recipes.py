"""Recipes that stand for more than they hold, nest without end, or are no text."""
from .corpus import ANY

NESTED = "Maximum nesting level reached, set with yaml_set_max_nest_level())"
NAME = "a name of an option is something else than letters, digits and dashes"


def aliases(*, key):
    """Ten lists of ten of the list before: 10^9 values, as one more value or as a name."""
    names = "abcdefghij"
    lines = ["a: &a [x]"]
    lines += [f"{name}: &{name} [{', '.join([f'*{earlier}'] * 10)}]" for earlier, name in zip(names, names[1:])]
    return "\n".join(lines + ["? *j", ": 1"] if key else lines).encode()


def add(corpus):
    sound = b"calibration: ../sound.npz\nmode: compact\nforce-rank: ['*=3']\noptimize: size\nthreads: 1\nquiet: yes\noutput: out.onnx\n"
    for name, content, error in [
        ("sound", sound, ""),
        ("one-alias", sound.replace(b"1", b"&one 1") + b"seed: *one\n", ""),
        ("aliases-of-aliases", aliases(key=False), "its aliases stand for too much"),
        ("aliases-as-a-name", aliases(key=True), "its aliases stand for too much"),
        ("nested", b"mode: " + b"[" * 20000, f"{NESTED}, in line 1, column 8"),
        ("nested-names", b"? " * 20000, "it has more than 16 names marked by '? '"),
        ("names-in-names", b"? " * 300 + b"\n? ?" + b"? " * 300 + b"x\n", "it has more than 16 names marked by '? '"),
        ("twice", b"mode: compact\nmode: lossless\n", "a name stands there twice, in line 1, column 1"),
        ("list", b"- mode\n", "it is not a mapping of options to values"),
        ("list-as-name", b"? [mode]\n: compact\n", NAME),
        ("alias-of-itself", b"mode: &a [*a]\n", "found undefined alias, in line 1, column 11"),
        ("no-anchor", b"mode: *nowhere\n", "found undefined alias, in line 1, column 7"),
        ("nul", b"mode: \0compact\n", "control characters are not allowed"),
        ("not-utf-8", b"mode: \xff\xfe\n", "it is no text in UTF-8"),
        ("open-quote", b'mode: "compact\n', "found unexpected end of stream, in line 2, column 1"),
        ("two-documents", sound + b"---\n" + sound, "but found another document, in line 8, column 1"),
        ("another-recipe", b"recipe: other.yaml\n", "it names another recipe"),
        ("long", b"#" * (1 << 16) + b"\n" + sound, "it is not a file of at most 64 KiB"),
        ("line-break-in-a-name", b'"mo\\nde": [[]]\n', NAME),
    ]:
        corpus.recipe(f"recipe-{name}", content, f"'recipe.yaml' is no recipe: {error}" if error else "", 65 if error else 0)
    corpus.recipe("recipe-empty", b"", f"Missing expected argument{ANY}", 64)
    # Names that no command takes are for the command to refuse, however many there are.
    many = sound + b"".join(b"a%d:\n" % number for number in range(7000))
    corpus.recipe("recipe-many-names", many, f"Unknown option{ANY}", 64)
