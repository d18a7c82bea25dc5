internal import ONNXModel

/// What the catalogue knows about operators with weights.
enum WeightOperator {
    /// Has a two-factor form.
    case linear
    /// Has weights, but no two-factor form.
    case other
    /// Has weights only where a floating-point operand of two or more axes is a constant: an embedding, a contraction.
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
        case "Gather", "Einsum":
            self = .withConstant
        case "ConvInteger", "MatMulInteger", "QLinearConv", "QLinearMatMul",
            "com.microsoft.QAttention", "com.microsoft.QGemm", "com.microsoft.MatMulNBits", "com.microsoft.MatMulIntegerToFloat",
            "com.microsoft.DynamicQuantizeMatMul", "com.microsoft.DynamicQuantizeLSTM":
            self = .quantized
        default:
            return nil
        }
    }
}
