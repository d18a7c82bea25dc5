internal import ONNXModel

/// What the catalogue knows about operators with weights.
enum WeightOperator {
    /// Has a two-factor form.
    case linear
    /// Has weights, but no two-factor form.
    case other
    /// Has weights, in a two-factor form, where the table that is picked from is a floating-point constant of two axes.
    case table
    /// Has weights only where a floating-point operand of two or more axes is a constant: a contraction.
    case withConstant
    case quantized

    init?(_ node: NodeProto) {
        switch node.qualifiedOperator {
        case "Conv", "Gemm", "MatMul":
            self = .linear
        case "ConvTranspose", "DeformConv", "LSTM", "GRU", "RNN",
            "com.microsoft.FusedConv", "com.microsoft.FusedGemm", "com.microsoft.FusedMatMul", "com.microsoft.TransposeMatMul",
            "com.microsoft.Attention":
            self = .other
        case "Gather":
            self = .table
        case "Einsum":
            self = .withConstant
        case "ConvInteger", "MatMulInteger", "QLinearConv", "QLinearMatMul",
            "com.microsoft.QAttention", "com.microsoft.QGemm", "com.microsoft.MatMulNBits", "com.microsoft.MatMulIntegerToFloat",
            "com.microsoft.DynamicQuantizeMatMul", "com.microsoft.DynamicQuantizeLSTM":
            self = .quantized
        default:
            return nil
        }
    }

    /// Whether a node with the operator can be a layer.
    var isLayer: Bool { self == .linear || self == .table }
}
