"""Broken protobuf: bytes that are no message, or a message that no reader should follow."""
from .corpus import RUNTIME, unusable
from .wire import (
    ATTRIBUTE_GRAPH, ATTRIBUTE_INTS, ATTRIBUTE_NAME, DATA_TYPE, DIMS, FLOAT_DATA, GRAPH, INITIALIZER, INPUT, IR_VERSION, NAME, NODE,
    NODE_ATTRIBUTE, NODE_INPUT, NODE_NAME, NODE_OUTPUT, NODE_TYPE, OPSET, OUTPUT, RAW_DATA, TENSOR_NAME, block, integer, key, model, nested,
    relu, sound, value, varint)

TRUNCATED = unusable("it ends in the middle of a field; the file is truncated or not ONNX")
NO_MESSAGE = unusable("the bytes are not a protobuf message")
NO_TEXT = unusable("a text field is not UTF-8")
TOO_DEEP = unusable("its messages are nested too deeply")
NO_GRAPH = unusable("it holds no graph")


def add(corpus):
    for name, content, error in cases():
        corpus.model(f"protobuf-{name}", content, error, 65 if error else 0)


def cases():
    whole = model(*sound())
    tensor = block(INITIALIZER, integer(DIMS, 2), integer(DATA_TYPE, 1), block(TENSOR_NAME, "w"), block(RAW_DATA, bytes(8)))
    # The control: what the others break is sound.
    yield "sound", whole, ""
    yield "empty", b"", unusable("it is empty")

    # Varints.
    yield "varint-cut-off", whole + b"\x08\x80", NO_MESSAGE
    yield "varint-of-eleven-bytes", b"\x08" + b"\x80" * 10 + b"\x01" + whole, NO_MESSAGE
    yield "varint-without-end", b"\x08" + b"\xff" * 1000, NO_MESSAGE
    yield "key-cut-off", whole + b"\x80", NO_MESSAGE
    yield "key-above-32-bits", b"\xff\xff\xff\xff\x7f\x01" + whole, NO_MESSAGE
    yield "length-cut-off", whole + key(GRAPH, 2) + b"\xff", NO_MESSAGE

    # Lengths.
    yield "length-past-the-end", key(GRAPH, 2) + varint(100) + b"\x12\x01g", TRUNCATED
    yield "length-of-2-gib", key(GRAPH, 2) + varint((1 << 31) - 1), NO_MESSAGE
    yield "length-of-4-gib", key(GRAPH, 2) + varint(1 << 32), NO_MESSAGE
    yield "length-negative", key(GRAPH, 2) + varint(-1), NO_MESSAGE
    yield "length-past-the-parent", key(GRAPH, 2) + varint(4) + key(NODE, 2) + varint(9) + b"\x0a\x01" + bytes(9), TRUNCATED
    yield "text-past-the-end", block(GRAPH, key(NAME, 2) + varint(1 << 30) + b"g"), TRUNCATED
    yield "raw-data-past-the-end", block(GRAPH, block(INITIALIZER, key(RAW_DATA, 2) + varint(1 << 30))), TRUNCATED

    # Keys.
    yield "field-number-0", b"\x00\x00" + whole, NO_MESSAGE
    yield "field-number-0-inside", model(b"\x02\x00", *sound()), NO_MESSAGE
    yield "wire-type-6", b"\x0e" + whole, NO_MESSAGE
    yield "wire-type-7", b"\x0f" + whole, NO_MESSAGE
    yield "field-number-2-29", whole + b"\xf8\xff\xff\xff\x0f\x01", ""

    # Known fields in another wire type are kept as unknown ones, and then miss where they belong.
    yield "graph-as-a-number", integer(GRAPH, 1) + block(OPSET, integer(2, 17)), NO_GRAPH
    yield "graph-as-fixed-32", key(GRAPH, 5) + bytes(4), NO_GRAPH
    yield "graph-as-fixed-64", key(GRAPH, 1) + bytes(8), NO_GRAPH
    yield "graph-as-a-group", key(GRAPH, 3) + block(NAME, "g") + key(GRAPH, 4), NO_GRAPH
    yield "version-as-text", block(IR_VERSION, "8") + block(GRAPH, *sound()) + block(OPSET, integer(2, 17)), RUNTIME
    yield "opset-as-a-number", block(GRAPH, *sound()) + integer(OPSET, 17), unusable(
        "it does not say which version of the ONNX operators it uses (opset_import)")
    yield "fixed-64-cut-off", whole + key(99, 1) + bytes(7), TRUNCATED
    yield "fixed-32-cut-off", whole + key(99, 5) + bytes(3), TRUNCATED

    # Groups, which ONNX does not use: as unknown fields they have to be passed over.
    yield "group-without-end", whole + key(99, 3) + integer(1, 1), TRUNCATED
    yield "group-without-start", whole + key(99, 4), NO_MESSAGE
    yield "group-ended-by-another", whole + key(99, 3) + key(98, 4), NO_MESSAGE
    yield "groups-in-groups-million", whole + key(99, 3) * 1_000_000, TOO_DEEP
    yield "groups-in-groups-closed", whole + key(99, 3) * 100_000 + key(99, 4) * 100_000, TOO_DEEP

    # Depth: a graph in an attribute of a node of a graph, and so on.
    chain = [NODE, NODE_ATTRIBUTE, ATTRIBUTE_GRAPH]
    yield "recursion-of-40-graphs", block(GRAPH, nested(chain, 40)), TOO_DEEP
    yield "recursion-of-300000-graphs", block(GRAPH, nested(chain, 300_000)), TOO_DEEP
    sequence = nested([4, 1], 100_000, integer(1, 1))
    yield "recursion-of-types", block(GRAPH, block(INPUT, block(1, "x"), block(2, sequence))), TOO_DEEP

    # Text.
    yield "graph-name-not-utf-8", model(block(NAME, b"\xff\xfe"), *sound()[1:]), NO_TEXT
    yield "value-name-overlong-utf-8", model(block(NODE, block(NODE_INPUT, b"\xc0\xaf"))), NO_TEXT
    yield "value-name-surrogate", model(block(NODE, block(NODE_OUTPUT, b"\xed\xa0\x80"))), NO_TEXT
    yield "tensor-name-cut-off-utf-8", model(block(INITIALIZER, block(TENSOR_NAME, b"\xe2\x82"))), NO_TEXT
    name = block(NODE_NAME, "\x1b[2J\n\u202etxt")
    yield "node-name-of-controls", model(
        block(NODE, block(NODE_INPUT, "none"), block(NODE_OUTPUT, "y"), block(NODE_TYPE, "Relu"), name)), (
        "the graph is invalid: node '\\u{1B}[2J\\n\\u{202E}txt' uses value 'none', which nothing defines")

    # Packed numbers.
    yield "packed-floats-of-5-bytes", model(block(INITIALIZER, integer(DATA_TYPE, 1), block(FLOAT_DATA, bytes(5))), *sound()), TRUNCATED
    yield "packed-ints-cut-off", model(block(INITIALIZER, block(DIMS, b"\x01\x80")), *sound()), NO_MESSAGE
    yield "packed-ints-in-an-attribute-cut-off", model(
        block(NAME, "g"), relu(block(NODE_ATTRIBUTE, block(ATTRIBUTE_NAME, "a"), block(ATTRIBUTE_INTS, b"\xff"))), value(INPUT, "x"),
        value(OUTPUT, "y")), NO_MESSAGE
    yield "dims-of-a-million-ones", model(
        *sound(), block(INITIALIZER, block(DIMS, b"\x01" * 1_000_000), integer(DATA_TYPE, 1), block(TENSOR_NAME, "w"))), (
        "tensor 'w': its shape [1, 1, 1, 1, 1, 1, 1, 1, …] takes 1 entries of float_data, but there are 0")
    yield "dims-of-a-million-zeros-and-one-huge", model(
        *sound(), block(INITIALIZER, block(DIMS, varint(1 << 62) + b"\x00" * 1_000_000), integer(DATA_TYPE, 1), block(TENSOR_NAME, "w"))), ""
    yield "packed-floats-of-4-gib", model(
        block(INITIALIZER, integer(DATA_TYPE, 1), key(FLOAT_DATA, 2) + varint((1 << 31) - 4)), *sound()), TRUNCATED

    # Cut off, and followed by something else.
    yield "tensor-cut-off", model(*sound(), tensor)[:-20], TRUNCATED
    yield "followed-by-zeros", whole + bytes(64), NO_MESSAGE
    yield "two-graphs", whole + block(GRAPH, relu()), "the graph is invalid: value 'y' is defined more than once"
    yield "text-in-place-of-a-model", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n", NO_MESSAGE
    yield "a-pickle", b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00lsq\x01\x85q\x02Rq\x03.", NO_MESSAGE

    # Two bytes each in the file, and some hundred in memory.
    many = unusable("it has more than 5000000 messages (nodes, attributes, axes and the like)")
    yield "6-million-empty-nodes", model(block(NODE) * 6_000_000), many
    yield "6-million-empty-nodes-behind-a-group", key(99, 3) + integer(1, 1) + key(99, 4) + model(block(NODE) * 6_000_000), many
    yield "6-million-empty-tensors", model(block(INITIALIZER) * 6_000_000), many
    yield "6-million-axes", model(block(INPUT, block(1, "x"), block(2, block(1, block(2, block(1) * 6_000_000))))), many
    yield "2-million-nodes", model(block(NAME, "g"), block(NODE) * 2_000_000, value(INPUT, "x")), (
        "the graph is invalid: it has more than 1000000 nodes, with functions in place of their calls")
