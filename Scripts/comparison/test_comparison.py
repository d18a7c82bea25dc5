"""Tests of what is found and of what may vary, with files that are made up, and with a command that only writes such files."""
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest
import zipfile

import differences
import networks
import places
import variation

COMMAND = """#!{python} -IS
import json, pathlib, struct, sys, time
folder, words = pathlib.Path(__file__).parent, sys.argv[1:]
with open(folder / "calls", "a") as calls:
    calls.write(json.dumps(words) + "\\n")
for word, code in (("nothing.onnx", 66), ("data.npz", 65), ("2", 64)):
    if words[1] == word or words[words.index("--keep-params") + 1 if "--keep-params" in words else 0] == word:
        sys.exit(code)
if words[1] == (folder / "unwilling").read_text():
    sys.exit("no such luck")
now = time.time()
report = json.dumps({{"seconds": {{"total": now}}, "loss": 0.5, "peakMemoryMiB": now / 3, "notes": []}})
header = json.dumps({{"__metadata__": {{"report": report}}, "a": {{"dtype": "U8", "shape": [8], "data_offsets": [0, 8]}}}}).encode()
header += b" " * (-len(header) % 8)
contents = {{
    ".json": report.encode(), ".onnx": bytes(1000), ".html": f"<dl><dt>time</dt><dd>{{now}} s</dd></dl>".encode(),
    ".safetensors": struct.pack("<Q", len(header)) + header + bytes(8)}}
for option, path in zip(words, words[1:]):
    if option in ("-o", "--report", "--html", "--svg", "--model-card"):
        path = pathlib.Path(path)
        content = b"{{}}" if path.name.endswith(".plan.json") else contents.get(path.suffix, b"text")
        path.write_bytes(b"1" + content[1:] if path.name in (folder / "spoiled").read_text().split() else content)
print(f"verdict: lossless\\ntime: calibrate {{now:.1f}} s; peak memory {{now:.0f}} MiB; 1 threads, seed 0")
"""


class RevisionTests(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        (self.folder / "models" / "fashion-mnist").mkdir(parents=True)
        for part in ("valid", "test"):
            write_arrays(self.folder / "models" / "fashion-mnist" / f"{part}.npz", samples=5)
        self.commands = [self.command("before"), self.command("after")]

    def command(self, side):
        folder = self.folder / side
        folder.mkdir()
        (folder / "jointrank").write_text(COMMAND.format(python=sys.executable))
        (folder / "jointrank").chmod(0o755)
        (folder / "spoiled").touch()
        (folder / "unwilling").touch()
        return folder

    def compare(self, *options):
        """The finished process, with the two commands."""
        commands = []
        for side, folder in zip(("before", "after"), self.commands):
            commands += [f"--{side}-command", folder / "jointrank"]
        return subprocess.run(
            [networks.ROOT / "Scripts" / "compare-revisions", "--networks", networks.DEMO, *commands, *options],
            env={**os.environ, "JOINTRANK_MODELS": str(self.folder / "models"), "TMPDIR": str(self.folder)}, capture_output=True, text=True)

    def test_times_alone_are_no_difference(self):
        process = self.compare()
        self.assertEqual(process.returncode, 0, process.stdout + process.stderr)
        self.assertIn("\nthe same, in", process.stdout)
        self.assertEqual(list(self.folder.glob("compare-revisions.*")), [])

    def test_a_changed_byte_is_found(self):
        places = {
            "joint-0.6.onnx": "byte 0: 0000000000000000 and 3100000000000000", "kfac-svd-0.3.md": "line 1: text and 1ext",
            "frontier.svg": "line 1: text and 1ext", "compact.html": "line 1: <dl>", "stages.plan.json": "line 1: {} and 1}",
        }
        (self.commands[1] / "spoiled").write_text(" ".join(places))
        process = self.compare()
        self.assertEqual(process.returncode, 1)
        self.assertIn("\nDIFFERENT, in", process.stdout)
        for name, place in places.items():
            self.assertIn(f"\n    {name}: {place}", process.stdout)
        self.assertEqual(process.stdout.count("  different  "), len(places))

    def test_failures_that_are_the_same_are_failures(self):
        for folder in self.commands:
            (folder / "unwilling").write_text("stages.plan.json")
        process = self.compare()
        self.assertEqual(process.returncode, 1)
        self.assertIn("exit code 1 before, where 0 is expected: no such luck", process.stdout)

    def test_outputs_of_the_first_command_are_kept(self):
        for expected in (1, 1, 2):
            process = self.compare("--keep", self.folder / "kept")
            self.assertEqual(process.returncode, 0, process.stdout)
            calls = [(folder / "calls").read_text().count('["inspect", "model.onnx"]') for folder in self.commands]
            self.assertEqual(calls[0], expected)
            if calls[1] == 2:
                # Another command.
                (self.commands[0] / "jointrank").write_text((self.commands[0] / "jointrank").read_text() + "\n")


class DifferenceTests(unittest.TestCase):
    def difference(self, name, before, after, **others):
        """Between two files of a name; `others` are the contents of files beside them."""
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for side, content in (("before", before), ("after", after)):
                path = pathlib.Path(folder) / side / name
                path.parent.mkdir()
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
                paths.append(path)
            return differences.between_files(*paths)

    def test_json(self):
        text = '{"latencyMs": {"after": 1, "before": 2}, "layers": [{"latencyMs": {"after": 3}, "rank": 4}], "seconds": 5}'
        for old, new, expected in (
            ('"after": 1', '"after": 1.5', None), ('"seconds": 5', '"seconds": 6.25', None),
            ('"rank": 4', '"rank": 40', "layers.0.rank: 4 and 40"), ('"after": 3', '"after": 2', "layers.0.latencyMs.after: 3 and 2"),
            ('"rank": 4', '"rang": 4', "layers.0.rank before, layers.0.rang after"), ("[{", "[ {", "line 1"),
            ('"seconds": 5', '"seconds": 5, "more": []', "more: only after"), ('"rank": 4', '"rank": 4.0', "layers.0.rank: 4 and 4.0"),
            ('"seconds": 5', '"second": 5', "seconds before, second after"),
        ):
            found = self.difference("a.report.json", text, text.replace(old, new))
            self.assertEqual((found or "")[:len(expected or "")], expected or "", new)
            self.assertEqual(found is None, expected is None)

    def test_safetensors(self):
        def file(seconds, rank=4, options="{}", data=bytes(8), start=0):
            report = json.dumps({"seconds": {"total": seconds}, "layers": [{"rank": rank}]})
            arrays = {name: {"dtype": "U8", "shape": [4], "data_offsets": [at, at + 4]} for name, at in (("a", 0), ("b", 4))}
            header = json.dumps({"__metadata__": {"options": options, "report": report}, **arrays}).encode()
            header += b" " * ((start - len(header)) % 8)
            return struct.pack("<Q", len(header)) + header + data

        self.assertIsNone(self.difference("a.safetensors", file(1), file(1.25)))
        self.assertIn("__metadata__.report: ", self.difference("a.safetensors", file(1), file(1, rank=5)))
        self.assertIn("__metadata__.options: ", self.difference("a.safetensors", file(1), file(1, options='{"seconds": 1}')))
        self.assertEqual(self.difference("a.safetensors", file(1), file(1, start=3)), "the header's length modulo 8: 0 and 3")
        self.assertIn("array b (U8 [4]), data byte 6", self.difference("a.safetensors", file(1), file(1, data=bytes(6) + b"\1\0")))

    def test_a_plan_names_its_factors(self):
        with tempfile.TemporaryDirectory() as folder:
            factors = pathlib.Path(folder) / "a.safetensors"
            factors.write_bytes(b"1")
            right = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
            texts = [
                variation.plan(json.dumps({"factors": {"file": factors.name, "sha256": digest}, "rank": 1}), factors)
                for digest in (right, right.replace("6", "7"))]
        self.assertEqual(
            texts, [f'{{"factors": {{"file": "a.safetensors", "sha256": "{word}that of the file"}}, "rank": 1}}' for word in ("", "not ")])

    def test_text(self):
        table = "model  MACs kept  latency kept  verdict\na         80.0 %  {}  better\n\noriginal: 3 parameters, 4.1 KiB, {} ms\n"
        table += "time: plan {} s\nrun: peak memory {} MiB; 1 threads, seed 0"
        times = (" " * 6 + "80.0 %", "0.040", "12.5", "90"), (" " * 5 + "100.0 %", "10.4", "8.0", "101")
        one, other = (table.format(*some) for some in times)
        self.assertIsNone(self.difference("a.stdout", one, other))
        for old, new in (
            ("80.0", "80.1"), ("better", "worse"), ("3 parameters", "4 parameters"), ("4.1 KiB", "4.2 KiB"), ("seed 0", "seed 1"),
        ):
            changed = one.replace(old, new, 1)
            self.assertIsNotNone(self.difference("a.stdout", one, changed), new)
        row = "latency (measured)  {} ms  {} ms  {} x\nloss  0.5"
        self.assertIsNone(self.difference("a.stdout", row.format("0.050", "0.04", "0.90"), row.format("12.1", "0.04", "1.10")))
        self.assertIsNone(self.difference(
            "a.md", "| latency (measured) | 1.5 ms | 1.3 ms | 0.87 x |", "| latency (measured) | 1.25 ms | 1.25 ms | 1.00 x |"))

    def test_standard_error(self):
        text = "recipe: {{model: m}}\ncalibrating: 10 to do\ncalibrating: 10 done in {} s\nexpected: {}, about {} of memory; at most 5"
        one, other = text.format(3, "1 s to 2 s", "31.0 MiB"), text.format(40, "2 min 01 s", "1.2 GiB")
        self.assertIsNone(self.difference("a.stderr", one, other))
        self.assertIsNone(self.difference("a.stderr", one, one.replace("10", "11")))
        self.assertIsNotNone(self.difference("a.stderr", one, one.replace("at most 5", "at most 6")))
        self.assertIsNotNone(self.difference("a.stderr", one, one.replace("model", "data")))

    def test_page(self):
        page = '<dl><dt>time</dt><dd>plan {} s</dd>\n<dt>peak memory</dt><dd>{} MiB of this run</dd>\n<dt>seed</dt><dd>0</dd></dl>'
        page += '<svg class="chart"><title>Loss against kept parameters</title><path d="M1 2"/></svg>'
        page += '<svg class="chart"><title>Loss against kept latency</title><path d="M{} 2"/></svg>'
        page += '<td data-label="latency kept">{} %</td><td data-label="time">{} ms</td>'
        one, other = page.format(1.5, 90, 3, 80.0, 4.5), page.format(12.25, 101, 44, 100.0, 4.5)
        self.assertIsNone(self.difference("a.html", one, other))
        for old, new in (("<dd>0", "<dd>1"), ("M1 2", "M1 3"), ("4.5 ms", "4.6 ms")):
            self.assertIsNotNone(self.difference("a.html", one, one.replace(old, new)), new)

    def test_values_of_a_text_that_is_not_json(self):
        for text in ("", "{", '{"a" 1}', "[1 2]", "[1,]", "nothing", "{} {}", '{"a": 1,}'):
            with self.assertRaises(ValueError, msg=text):
                places.values(text)

    def test_samples_are_cut(self):
        with tempfile.TemporaryDirectory() as folder:
            whole, part = pathlib.Path(folder) / "whole.npz", pathlib.Path(folder) / "part.npz"
            write_arrays(whole, samples=5)
            networks.cut(whole, part, 3)
            with zipfile.ZipFile(whole) as one, zipfile.ZipFile(part) as other:
                for name in one.namelist():
                    self.assertEqual(other.read(name)[128:], one.read(name)[128:128 + (len(one.read(name)) - 128) * 3 // 5])
                    self.assertIn(b"'shape': (3,", other.read(name))


def write_arrays(path, samples):
    """An .npz file of pictures and labels, each header 128 bytes long."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, shape in (("input", (samples, 1, 28, 28)), ("labels", (samples,))):
            header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
            size = samples * (784 if len(shape) > 1 else 1)
            content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + bytes(index % 251 for index in range(size))
            archive.writestr(f"{name}.npy", content)


if __name__ == "__main__":
    unittest.main()
