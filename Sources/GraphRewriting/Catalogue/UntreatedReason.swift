/// Why a layer is not factored.
package enum UntreatedReason: Error, Hashable, CustomStringConvertible {
    /// The operator has weights, but no form with two factors is known here.
    case noTwoFactorForm
    /// M or K is 1: a depthwise convolution, a vector.
    case rankOne
    /// Every rank that could lose anything has at least as many parameters as the weight.
    case noSavingRank
    /// The weight is the result of a node, which is described by its operator and name.
    case computedWeight(by: String)
    /// The weight is a graph input without a default.
    case fedWeight(input: String)
    /// The weight is an initializer that is also a graph input, so the user may replace it.
    case overridableWeight(input: String)
    /// The weight is a graph output too.
    case graphOutput(String)
    /// Another node uses the weight in another way: transposed, as an embedding, as a bias.
    case sharedInOtherRole(with: String)
    /// The weight is read by a subgraph of the named control-flow node too.
    case sharedWithSubgraph(of: String)
    /// The node itself stands in a subgraph or in a model-local function.
    case nested(in: String)
    /// The operator, or the weight, is quantized.
    case quantized
    /// The weight of a MatMul has more than two axes.
    case batchedWeight
    /// An axis of the weight has length 0.
    case emptyWeight
    /// The weight is no floating-point tensor that can be read.
    case elementType(String)
    /// The weight is stored as a sparse tensor.
    case sparseWeight
    /// Both operands are constants: the runtime folds the product when it loads the model.
    case constantProduct
    /// Attributes and weight do not fit together.
    case malformed(String)
    /// The version of the operator set is unknown, or older than the forms' operators.
    case operatorSet

    package var description: String {
        switch self {
        case .noTwoFactorForm: "no two-factor form yet"
        case .rankOne: "has rank 1 already (depthwise or a vector)"
        case .noSavingRank: "no rank saves parameters"
        case .computedWeight(let node): "weight computed at run time by \(node)"
        case .fedWeight(let input): "weight is the graph input '\(input)'"
        case .overridableWeight(let input): "weight '\(input)' is a graph input too and may be overridden"
        case .graphOutput(let name): "weight is the graph output '\(name)' too"
        case .sharedInOtherRole(let node): "weight is used in another way by \(node)"
        case .sharedWithSubgraph(let node): "weight is used in a subgraph of \(node) too"
        case .nested(let place): "stands in \(place)"
        case .quantized: "quantized"
        case .batchedWeight: "weight has more than two axes"
        case .emptyWeight: "weight is empty"
        case .elementType(let name): "weight is \(name), not floating-point of 16, 32 or 64 bits"
        case .sparseWeight: "weight is stored as a sparse tensor"
        case .constantProduct: "both operands are constants"
        case .malformed(let why): why
        case .operatorSet: "the operator set is older than 7 or unknown"
        }
    }
}
