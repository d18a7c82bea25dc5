"""The protobuf wire format by hand, for messages that no library writes."""


def varint(number):
    parts = []
    number &= (1 << 64) - 1
    while number >= 0x80:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(parts + [number])


def key(field, wire_type):
    return varint(field << 3 | wire_type)


def integer(field, number):
    return key(field, 0) + varint(number)


def block(field, *content):
    """A length-delimited field: a message, text, bytes, or packed numbers."""
    joined = b"".join(part.encode() if isinstance(part, str) else part for part in content)
    return key(field, 2) + varint(len(joined)) + joined


def nested(fields, depth, innermost=b""):
    """Messages in messages, `depth` times the chain of fields; built from the inside in one pass over the lengths."""
    prefixes = []
    length = len(innermost)
    for _ in range(depth):
        for field in reversed(fields):
            prefix = key(field, 2) + varint(length)
            prefixes.append(prefix)
            length += len(prefix)
    return b"".join(reversed(prefixes)) + innermost


# Fields of the messages of onnx.proto that the cases use.
IR_VERSION, GRAPH, OPSET = 1, 7, 8
NODE, NAME, INITIALIZER, INPUT, OUTPUT = 1, 2, 5, 11, 12
NODE_INPUT, NODE_OUTPUT, NODE_NAME, NODE_TYPE, NODE_ATTRIBUTE = 1, 2, 3, 4, 5
DIMS, DATA_TYPE, FLOAT_DATA, TENSOR_NAME, RAW_DATA = 1, 2, 4, 8, 9
ATTRIBUTE_NAME, ATTRIBUTE_GRAPH, ATTRIBUTE_INTS = 1, 6, 8


def model(*graph, opset=17):
    """A model around the fields of its graph."""
    return integer(IR_VERSION, 8) + block(GRAPH, *graph) + block(OPSET, integer(2, opset))


def relu(*more):
    """A node that makes `y` of `x`."""
    return block(NODE, block(NODE_INPUT, "x"), block(NODE_OUTPUT, "y"), block(NODE_TYPE, "Relu"), *more)


def value(field, name):
    """A float vector of four, declared as an input or an output."""
    dimension = block(1, integer(1, 4))
    return block(field, block(1, name), block(2, block(1, integer(1, 1), block(2, dimension))))


def sound():
    """The fields of a graph that is all right."""
    return [block(NAME, "g"), relu(), value(INPUT, "x"), value(OUTPUT, "y")]
