"""External data that leads elsewhere, does not fit, or is no file."""
import os

from onnx import TensorProto, helper


BYTES = 24 * 32 * 4
PARENT = "the path contains '..', but must stay in the model's folder"
ABSOLUTE = "the path is absolute, but must stay in the model's folder"


def add(corpus):
    secret = corpus.place("outside") / "secret.bin"
    secret.write_bytes(bytes(BYTES))

    def case(name, entries, reason, prepare=None, location="weights.bin", **changes):
        entries = {"location": location, **entries}
        shown = (location if len(location) <= 400 else location[:400] + "…").replace("\0", "\\0")
        error = f"tensor 'w': external data '{shown}': {reason}" if reason else ""
        content = model(entries, **changes)
        folder = corpus.model(f"external-{name}", content, error.replace("SIZE", str(len(content))), 65 if reason else 0)
        if prepare is None:
            (folder / "weights.bin").write_bytes(bytes(BYTES))
        else:
            prepare(folder)

    # The control: what the others break is sound.
    case("sound", {}, "")
    case("in-a-subfolder", {}, "", lambda folder: (folder / "a").mkdir() or (folder / "a/w").write_bytes(bytes(BYTES)), location="a/w")

    case("parent", {}, PARENT, location="../outside/secret.bin")
    case("parent-behind-a-folder", {}, PARENT, location="a/../../outside/secret.bin")
    case("parent-without-effect", {}, PARENT, location="a/../weights.bin")
    case("parent-alone", {}, PARENT, location="..")
    case("parent-with-a-backslash", {}, "No such file or directory", location="..\\outside\\secret.bin")
    case("absolute", {}, ABSOLUTE, location="/etc/passwd")
    case("absolute-twice", {}, ABSOLUTE, location="//etc/passwd")
    case("a-url", {}, "No such file or directory", location="file:///etc/passwd")
    case("without-a-location", {}, "the path is empty", location="")
    case("null-byte", {}, "the path contains a null byte", location="weights.bin\0.txt")
    case("name-of-5000-letters", {}, "File name too long", location="a" * 5000)
    case("path-of-2000-folders", {}, "No such file or directory", location="a/" * 2000 + "w")

    link = "it is a symbolic link, which may leave the model's folder"
    case("symbolic-link", {}, link, lambda folder: (folder / "weights.bin").symlink_to(secret))
    case("symbolic-link-inside", {}, link, lambda folder: (
        (folder / "real.bin").write_bytes(bytes(BYTES)), (folder / "weights.bin").symlink_to("real.bin")))
    case("symbolic-link-to-itself", {}, link, lambda folder: (folder / "weights.bin").symlink_to("weights.bin"))
    case("symbolic-link-to-a-folder", {}, "a part of the path is no folder, or is a symbolic link",
         lambda folder: (folder / "up").symlink_to(".."), location="up/outside/secret.bin")
    case("symbolic-link-to-memory", {}, link, lambda folder: (folder / "weights.bin").symlink_to("/proc/self/mem"))
    case("hard-link", {}, "it has several hard links, so that it may lie outside the model's folder",
         lambda folder: os.link(secret, folder / "weights.bin"))
    # The secret itself has two links from here on, which changes nothing for the others: none may reach it.

    case("missing", {}, "No such file or directory", lambda folder: None)
    case("a-folder", {}, "it is not a regular file", lambda folder: (folder / "weights.bin").mkdir())
    case("a-pipe", {}, "it is not a regular file", lambda folder: os.mkfifo(folder / "weights.bin"))
    case("below-a-file", {}, "a part of the path is no folder, or is a symbolic link", location="model.onnx/w")
    case("the-model-itself", {}, f"the {BYTES} bytes from byte 0 on are not within the file's SIZE", location="model.onnx")
    case("empty-file", {}, f"the {BYTES} bytes from byte 0 on are not within the file's 0", lambda folder: (folder / "weights.bin").touch())

    fit = f"but the tensor's type and shape take {BYTES}"
    outside = f"are not within the file's {BYTES}"
    case("length-too-long", {"length": str(1 << 40)}, f"its length is {1 << 40} bytes, {fit}")
    case("length-too-short", {"length": "1"}, f"its length is 1 bytes, {fit}")
    case("length-negative", {"length": "-1"}, "'-1' is not a possible length")
    case("length-above-64-bits", {"length": "18446744073709551616"}, "'18446744073709551616' is not a possible length")
    case("offset-negative", {"offset": "-4096"}, "'-4096' is not a possible offset")
    case("offset-no-number", {"offset": "0x10"}, "'0x10' is not a possible offset")
    case("offset-at-the-end", {"offset": str(BYTES)}, f"the {BYTES} bytes from byte {BYTES} on {outside}")
    case("offset-beyond-the-end", {"offset": str(1 << 40)}, f"the {BYTES} bytes from byte {1 << 40} on {outside}")
    case("offset-that-overflows", {"offset": str((1 << 63) - 1)}, f"the {BYTES} bytes from byte {(1 << 63) - 1} on {outside}")
    case("shape-of-1-pib", {}, f"the {96 << 40} bytes from byte 0 on {outside}", dims=[24, 1 << 40])
    case("file-with-holes-of-6-tib", {}, f"its {96 << 36} bytes are more than this machine's memory",
         lambda folder: (folder / "weights.bin").touch() or os.truncate(folder / "weights.bin", 96 << 36), dims=[24, 1 << 36])

    # More than is read into memory: what the runtime reads by itself is held to the same rules.
    large = corpus.place("outside-large") / "w"
    large.touch()
    os.truncate(large, 24 << 28)
    dims = [24, 1 << 26]
    case("large-parent", {}, PARENT, location="../outside-large/w", dims=dims)
    case("large-absolute", {}, ABSOLUTE, location=str(large), dims=dims)
    case("large-symbolic-link", {}, link, lambda folder: (folder / "weights.bin").symlink_to(large), dims=dims)
    case("large-hard-link", {}, "it has several hard links, so that it may lie outside the model's folder",
         lambda folder: os.link(large, folder / "weights.bin"), dims=dims)
    case("large-pipe", {}, "it is not a regular file", lambda folder: os.mkfifo(folder / "weights.bin"), dims=dims)
    many = [weight({"location": "weights.bin"}, dims=[24, (1 << 53) - index], name=f"w{index}") for index in range(11)]
    corpus.model("external-sum-overflows", serialized([helper.make_node("MatMul", ["x", "w0"], ["y"])], many), (
        "tensor 'w10': it and the tensors before it take more bytes than can be counted"))

    corpus.model("external-shape-overflows", model({"location": "weights.bin"}, dims=[1 << 62, 1 << 62]), (
        "tensor 'w': its shape [4611686018427387904, 4611686018427387904] has more elements than can be counted"))
    corpus.model("external-shape-negative", model({"location": "weights.bin"}, dims=[-24, 32]), (
        "tensor 'w': its shape [-24, 32] has a negative length"))
    corpus.model("external-and-inside", model({"location": "weights.bin"}, raw=bytes(BYTES)), (
        "tensor 'w': its elements are stored twice: in raw_data and as external data"))
    corpus.model("external-text", model({"location": "weights.bin"}, data_type=TensorProto.STRING), (
        "tensor 'w': elements of type string cannot be stored as raw bytes"))
    in_constant(corpus)


def weight(entries, dims=(24, 32), data_type=TensorProto.FLOAT, raw=b"", name="w"):
    tensor = TensorProto(name=name, dims=dims, data_type=data_type, data_location=TensorProto.EXTERNAL, raw_data=raw)
    for key, value in entries.items():
        tensor.external_data.add(key=key, value=value)
    return tensor


def model(entries, **changes):
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"])]
    return serialized(nodes, [weight(entries, **changes)])


def serialized(nodes, initializers):
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 24])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "g", inputs, outputs, initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


def in_constant(corpus):
    """The same elsewhere than in an initializer: all tensors have to be looked at."""
    entries = {"location": "../outside/secret.bin"}
    constant = helper.make_node("Constant", [], ["w"], value=weight(entries))
    branches = {
        name: helper.make_graph([constant, helper.make_node("MatMul", ["x", "w"], ["z"])], name, [], [
            helper.make_tensor_value_info("z", TensorProto.FLOAT, ["N", 32])]) for name in ["then_branch", "else_branch"]}
    true = helper.make_node("Constant", [], ["true"], value=helper.make_tensor("t", TensorProto.BOOL, [], [True]))
    error = f"tensor 'w': external data '../outside/secret.bin': {PARENT}"
    corpus.model("external-parent-in-a-constant", serialized([constant, helper.make_node("MatMul", ["x", "w"], ["y"])], []), error)
    corpus.model("external-parent-in-a-subgraph", serialized([true, helper.make_node("If", ["true"], ["y"], **branches)], []), error)
