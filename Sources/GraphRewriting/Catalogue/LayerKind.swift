/// What kind of node applies a weight.
package enum LayerKind: Sendable, Hashable, CaseIterable {
    /// Conv with one to three spatial axes.
    case convolution
    /// Gemm with the weight as its second operand.
    case gemm
    /// MatMul(x, weight).
    case matMulRight
    /// MatMul(weight, x).
    case matMulLeft
    /// Gather(weight, indices) along the first axis: a table of vectors.
    case embedding

    package var operatorName: String {
        switch self {
        case .convolution: "Conv"
        case .gemm: "Gemm"
        case .matMulRight, .matMulLeft: "MatMul"
        case .embedding: "Gather"
        }
    }

    /// Whether the operand is the transposed matrix of the map that the node applies; factors are operands of products that store them so too.
    var takesTransposed: Bool { self == .matMulRight || self == .embedding }

    /// The node inputs that hold the weight and the value it is applied to.
    var operands: (weight: Int, input: Int) {
        self == .matMulLeft || self == .embedding ? (weight: 0, input: 1) : (weight: 1, input: 0)
    }
}
