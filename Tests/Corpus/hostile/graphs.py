"""Sound messages that make no sound graph: cycles, missing values, functions that call themselves, impossible shapes."""
import numpy
from onnx import TensorProto, helper, numpy_helper

from .corpus import RUNTIME

BOOL, FLOAT = TensorProto.BOOL, TensorProto.FLOAT


def add(corpus):
    for name, content, error in [*orders(), *functions(), *depths(), *shapes(), *attributes()]:
        corpus.model(f"graph-{name}", content, error, 65 if error else 0)


def node(operator, inputs, outputs, **attributes):
    return helper.make_node(operator, inputs, outputs, **attributes)


def value(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def serialized(nodes, initializers=(), functions=(), inputs=None, outputs=None, opset=17):
    graph = helper.make_graph(
        nodes, "g", inputs or [value("x", ["N", 4])], outputs or [value("y", ["N", 4])], initializers)
    imports = [helper.make_opsetid("", opset)] + ([helper.make_opsetid("own", 1)] if functions else [])
    return helper.make_model(graph, functions=functions, opset_imports=imports, ir_version=8).SerializeToString()


def orders():
    yield "sound", serialized([node("Relu", ["x"], ["y"])]), ""
    yield "cycle-of-one", serialized([node("Add", ["x", "y"], ["y"], name="a")]), (
        "the graph is invalid: node 'a' depends on its own output")
    yield "cycle-of-two", serialized([node("Add", ["x", "b"], ["a"], name="a"), node("Relu", ["a"], ["b"], name="b"),
                                      node("Relu", ["b"], ["y"])]), "the graph is invalid: node 'a' depends on its own output"
    ring = [node("Relu", [f"v{(i + 1) % 20000}"], [f"v{i}"], name=f"n{i}") for i in range(20000)]
    yield "cycle-of-20000", serialized(ring + [node("Relu", ["x"], ["y"])]), (
        "the graph is invalid: node 'n0' depends on its own output")
    yield "nodes-in-reverse", serialized([node("Relu", ["a"], ["y"], name="late"), node("Relu", ["x"], ["a"])]), (
        "the graph is invalid: node 'late' uses value 'a', which only a later node produces: the nodes are not in topological order")
    yield "input-that-nothing-defines", serialized([node("Add", ["x", "none"], ["y"], name="a")]), (
        "the graph is invalid: node 'a' uses value 'none', which nothing defines")
    yield "output-that-nothing-defines", serialized([node("Relu", ["x"], ["z"])]), (
        "the graph is invalid: nothing produces the output 'y'")
    yield "two-nodes-with-one-output", serialized([node("Relu", ["x"], ["y"]), node("Tanh", ["x"], ["y"])]), (
        "the graph is invalid: value 'y' is defined more than once")
    yield "one-node-with-an-output-twice", serialized([node("Split", ["x"], ["y", "y"], axis=1)]), (
        "the graph is invalid: value 'y' is defined more than once")
    yield "output-that-is-an-input", serialized([node("Relu", ["x"], ["x"])], outputs=[value("x", ["N", 4])]), (
        "the graph is invalid: value 'x' is defined more than once")
    two = [numpy_helper.from_array(numpy.ones(4, numpy.float32), "w")] * 2
    yield "two-initializers-of-one-name", serialized([node("Add", ["x", "w"], ["y"])], two), (
        "the graph is invalid: value 'w' is defined more than once")
    yield "two-inputs-of-one-name", serialized([node("Relu", ["x"], ["y"])], inputs=[value("x", ["N", 4])] * 2), (
        "the graph is invalid: value 'x' is defined more than once")
    yield "two-outputs-of-one-name", serialized([node("Relu", ["x"], ["y"])], outputs=[value("y", ["N", 4])] * 2), ""
    chain = [node("Identity", ["x" if i == 0 else f"v{i - 1}"], [f"v{i}"]) for i in range(20000)]
    yield "20000-nodes-in-a-row", serialized(chain + [node("Relu", ["v19999"], ["y"])]), ""
    yield "inputs-without-end", serialized([node("Sum", ["x"] * 100_000, ["y"])]), ""


def function(name, *nodes):
    return helper.make_function("own", name, ["a"], ["b"], list(nodes), [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)])


def call(name, source="a", result="b"):
    return node(name, [source], [result], domain="own")


def functions():
    use = [call("f", "x", "y")]
    circle = "the graph is invalid: function 'f' calls itself"
    yield "function", serialized(use, functions=[function("f", node("Relu", ["a"], ["b"]))]), ""
    yield "function-that-calls-itself", serialized(use, functions=[function("f", call("f"))]), circle
    yield "functions-that-call-each-other", serialized(use, functions=[function("f", call("g")), function("g", call("f"))]), circle
    inside = helper.make_graph([call("f", "a", "z")], "s", [], [value("z", None)])
    branch = node("If", ["c"], ["b"], then_branch=inside, else_branch=inside)
    true = node("Constant", [], ["c"], value=helper.make_tensor("t", BOOL, [], [True]))
    yield "function-that-calls-itself-in-a-subgraph", serialized(use, functions=[function("f", true, branch)]), circle
    yield "function-that-calls-itself-unused", serialized([node("Relu", ["x"], ["y"])], functions=[function("f", call("f"))]), circle
    # 2^30 nodes when every call is replaced by what it calls.
    doubling = [function(f"f{i}", call(f"f{i + 1}", "a", "m"), call(f"f{i + 1}", "m", "b")) for i in range(30)]
    yield "functions-that-double-30-times", serialized(
        [call("f0", "x", "y")], functions=doubling + [function("f30", node("Relu", ["a"], ["b"]))]), (
        "the graph is invalid: it has more than 1000000 nodes, with functions in place of their calls")
    chain = [function(f"f{i}", call(f"f{i + 1}")) for i in range(20000)]
    yield "functions-in-a-chain-of-20000", serialized(
        [call("f0", "x", "y")], functions=chain + [function("f20000", node("Relu", ["a"], ["b"]))]), (
        "the graph is invalid: functions call each other more than 100 deep")
    yield "function-given-twice", serialized(use, functions=[function("f", node("Relu", ["a"], ["b"])), function("f", node("Tanh", ["a"], ["b"]))]), RUNTIME
    yield "function-with-a-cycle", serialized(use, functions=[function("f", node("Add", ["a", "b"], ["b"], name="n"))]), (
        "the graph is invalid: node 'n' depends on its own output")
    huge = TensorProto(name="w", dims=[1 << 40, 1 << 40], data_type=FLOAT)
    yield "function-with-a-huge-weight", serialized(
        [node("Relu", ["x"], ["y"])], functions=[function("f", node("Constant", [], ["w"], value=huge), node("MatMul", ["a", "w"], ["b"]))]), (
        "tensor 'w': its shape [1099511627776, 1099511627776] has more elements than can be counted")


def depths():
    leaf = helper.make_graph([node("Relu", ["x"], ["leaf"])], "leaf", [], [value("leaf", None)])
    true = node("Constant", [], ["c"], value=helper.make_tensor("t", BOOL, [], [True]))
    # As deep as upb, which makes these messages, lets them be; protobuf.py goes further.
    depth = 20
    inner = node("Relu", ["x"], ["z0"])
    for level in range(depth):
        graph = helper.make_graph([inner], f"g{level}", [], [value(f"z{level}", None)])
        # Not the same in both branches, which would make 2^depth nodes.
        inner = node("If", ["c"], [f"z{level + 1}"], then_branch=graph, else_branch=leaf)
    yield "subgraphs-nested-20-deep", serialized([true, inner, node("Relu", [f"z{depth}"], ["y"])]), ""


def tensor(dims, kind=FLOAT, raw=b"", **fields):
    return TensorProto(name="w", dims=dims, data_type=kind, raw_data=raw, **fields)


def shapes():
    def weight(tensor):
        return serialized([node("MatMul", ["x", "w"], ["y"])], [tensor])

    shape = "tensor 'w': its shape"
    uncountable = "has more elements than can be counted"
    yield "weight-of-2-62", weight(tensor([1 << 62, 4], raw=bytes(64))), f"{shape} [{1 << 62}, 4] {uncountable}"
    yield "weight-of-2-62-without-data", weight(tensor([1 << 62])), (
        f"{shape} [{1 << 62}] takes {1 << 62} entries of float_data, but there are 0")
    yield "weight-whose-product-wraps-to-16", weight(tensor([1 << 33, (1 << 31) + 1, 1 << 31], raw=bytes(64))), (
        f"{shape} [{1 << 33}, {(1 << 31) + 1}, {1 << 31}] {uncountable}")
    yield "weight-of-negative-length", weight(tensor([-4, 4], raw=bytes(64))), f"{shape} [-4, 4] has a negative length"
    yield "weight-of-two-negative-lengths", weight(tensor([-4, -4], raw=bytes(64))), f"{shape} [-4, -4] has a negative length"
    yield "weight-of-least-length", weight(tensor([-(1 << 63)], raw=bytes(64))), f"{shape} [{-(1 << 63)}] has a negative length"
    yield "weight-longer-than-its-data", weight(tensor([4, 5], raw=bytes(64))), f"{shape} [4, 5] takes 80 bytes, but raw_data has 64"
    yield "weight-shorter-than-its-data", weight(tensor([4, 3], raw=bytes(64))), f"{shape} [4, 3] takes 48 bytes, but raw_data has 64"
    yield "weight-of-odd-bytes", weight(tensor([4, 4], raw=bytes(63))), f"{shape} [4, 4] takes 64 bytes, but raw_data has 63"
    yield "weight-of-1-tib", weight(tensor([1 << 19, 1 << 19], raw=bytes(64))), (
        f"{shape} [524288, 524288] takes {1 << 40} bytes, but raw_data has 64")
    yield "weight-stored-twice", weight(tensor([4, 4], raw=bytes(64), float_data=[0.0] * 16)), (
        "tensor 'w': its elements are stored twice: in float_data and raw_data")
    yield "weight-in-the-wrong-field", weight(tensor([2], int64_data=[1, 2])), (
        "tensor 'w': its elements are stored in int64_data, not in float_data")
    yield "weight-of-an-unknown-type", weight(tensor([4, 4], 99, bytes(64))), (
        "tensor 'w': elements of type number 99 cannot be stored as raw bytes")
    yield "weight-in-segments", weight(tensor([4, 4], raw=bytes(64), segment=TensorProto.Segment(begin=0, end=1 << 62))), (
        "tensor 'w': it is one segment of a larger tensor, which is not supported")
    for name, dims, error in [
        ("of-2-62", [1 << 62, 4], f"{shape} [{1 << 62}, 4] {uncountable}"), ("negative", [-4, -4], f"{shape} [-4, -4] has a negative length"),
        ("longer-than-its-data", [4, 1 << 38], RUNTIME),
    ]:
        constant = node("Constant", [], ["w"], value=tensor(dims, raw=bytes(64)))
        yield f"constant-{name}", serialized([constant, node("MatMul", ["x", "w"], ["y"])], outputs=[value("y", None)]), error
    for name, shape in [("of-2-62", [1 << 62, 4]), ("that-overflows", [1 << 40, 1 << 40]), ("negative", [-4, -4])]:
        yield f"input-{name}", serialized([node("Relu", ["x"], ["y"])], inputs=[value("x", shape)], outputs=[value("y", None)]), ""
    fill = node("ConstantOfShape", ["w"], ["c"])
    lengths = numpy_helper.from_array(numpy.array([1 << 40, 4], numpy.int64), "w")
    yield "constant-of-shape-of-16-tib", serialized([fill, node("Add", ["x", "c"], ["y"])], [lengths], outputs=[value("y", None)]), ""
    sparse = helper.make_sparse_tensor(
        helper.make_tensor("w", FLOAT, [1], [1.0]), helper.make_tensor("i", TensorProto.INT64, [1], [(1 << 62) - 1]), [1 << 31, 1 << 31])
    yield "sparse-constant-of-2-62", serialized(
        [node("Constant", [], ["c"], sparse_value=sparse), node("Add", ["x", "c"], ["y"])], outputs=[value("y", None)]), RUNTIME


def attributes():
    """Numbers that arithmetic on windows, axes and groups could overflow on."""
    kernel = numpy_helper.from_array(numpy.ones((4, 4, 3, 3), numpy.float32), "w")
    most, least = (1 << 63) - 1, -(1 << 63)

    def convolution(**attributes):
        return serialized([node("Conv", ["x", "w"], ["y"], **attributes)], [kernel], inputs=[value("x", ["N", 4, 8, 8])], outputs=[value("y", None)])

    for name, attributes, error in [
        ("strides-of-2-63", dict(strides=[most, most]), ""), ("strides-of-0", dict(strides=[0, 0]), RUNTIME),
        ("pads-of-2-63", dict(pads=[most] * 4), RUNTIME), ("pads-of-least", dict(pads=[least] * 4), RUNTIME),
        ("dilations-of-2-63", dict(dilations=[most, most]), RUNTIME), ("group-of-0", dict(group=0), ""),
        ("group-of-least", dict(group=least), ""), ("group-of-2-63", dict(group=most), ""),
        ("kernel-of-2-63", dict(kernel_shape=[most, most]), ""), ("strides-of-a-million", dict(strides=[1] * 1_000_000), RUNTIME),
    ]:
        yield f"convolution-{name}", convolution(**attributes), error
    matrix = numpy_helper.from_array(numpy.ones((4, 4), numpy.float32), "w")
    yield "transposition-of-2-63", serialized([node("Transpose", ["w"], ["t"], perm=[most, least]), node("MatMul", ["x", "t"], ["y"])], [matrix]), RUNTIME
    yield "gather-of-axis-least", serialized([node("Gather", ["w", "i"], ["y"], axis=least)], [matrix], inputs=[value("i", ["N"], TensorProto.INT64)]), ""
    yield "gemm-of-text", serialized([node("Gemm", ["x", "w"], ["y"], transB="yes")], [matrix]), RUNTIME
    yield "opset-of-2-63", serialized([node("Relu", ["x"], ["y"])], opset=most), RUNTIME
    yield "opset-of-0", serialized([node("Relu", ["x"], ["y"])], opset=0), (
        "unsupported: version 0 of the ONNX operators (opset); 7 and later are supported")
