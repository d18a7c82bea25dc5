"""Multiply-accumulates of operators by their shapes, in models and in ONNX Runtime's profiles."""
import collections
import math

COUNTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")
# Channels that ONNX Runtime's convolutions take at a time with AVX-512.
VECTOR = 16


def operations_of_node(operator, operands, results, transposed_right=False):
    """Multiply-accumulates of a node, by the shapes of its first two operands and of its result; 0 of operators that are not counted."""
    if operator == "Conv":
        return results[0] * math.prod(results[2:]) * math.prod(operands[1])
    if operator == "ConvTranspose":
        return operands[0][0] * math.prod(operands[0][2:]) * math.prod(operands[1])
    if operator == "Gemm":
        return math.prod(results) * operands[1][1 if transposed_right else 0]
    if operator == "MatMul":
        return math.prod(results) * operands[0][-1]
    return 0


def operations_of_profiled(found):
    """Multiply-accumulates of a node of the profile, whose operators may be fused ones; 0 where it has none."""
    operator, operands, result = found["operator"], found["operands"], found["result"]
    if operator in ("MatMul", "FusedMatMul", "Gemm", "FusedGemm"):
        # Weights that the runtime has packed are no operands any more; the inner length is that of the first one as well.
        return math.prod(result) * operands[0][-1]
    plain = operator.replace("Nhwc", "").replace("Fused", "")
    return operations_of_node(plain, operands[:2], result) if len(operands) > 1 and result else 0


def kind(found):
    """What nodes are counted together."""
    operator, operands = found["operator"], found["operands"]
    if "Conv" not in operator or len(operands) < 2 or len(operands[1]) != 4:
        return operator
    rows, columns, height, width = operands[1]
    channels = operands[0][1]
    groups = channels // columns if columns else 1
    if groups > 1 and columns == 1:
        text = f"{operator} {height} x {width} depthwise"
    elif groups > 1:
        text = f"{operator} {height} x {width}, groups of {columns}"
    else:
        text = f"{operator} {height} x {width}"
    return f"{text}, fewer than {VECTOR} channels" if min(rows, channels) < VECTOR else text


def by_kind(nodes):
    """Rows for `tables.operators`, those that take longest first."""
    rows = collections.defaultdict(lambda: {"number": 0, "ms": 0.0, "operations": 0})
    for found in nodes.values():
        row = rows[kind(found)]
        row["number"] += 1
        row["ms"] += found["us"] / 1000
        row["operations"] += operations_of_profiled(found)
    return sorted(({"kind": name, **row} for name, row in rows.items()), key=lambda row: -row["ms"])
