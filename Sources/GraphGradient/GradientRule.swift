internal import ONNXModel

/// How one operator takes part in reverse-mode differentiation.
///
/// Rules are written for the operators' forms from opset 18 on; ``OpsetUpgrade`` brings older graphs there.
package enum GradientRule: Sendable {
    /// Nothing flows back: the outputs are integers, comparisons, shapes, or piecewise constant.
    case zero
    /// Emits the vector-Jacobian product: for each input, the name of the gradient, or nil where none was wanted or none flows.
    case backward(@Sendable (inout RuleContext) throws(GradientError) -> [String?])
    /// ``Decomposition`` writes the node in operators that have rules, before anything is differentiated: emits them and returns, for each
    /// output, the name of the value that equals it, or nil where the decomposition does not compute it.
    case composite(@Sendable (inout RuleContext) throws(GradientError) -> [String?])
}

/// All rules, by qualified operator name (see `NodeProto.qualifiedOperator`). One file per operator family adds its own table.
package enum GradientRules {
    package static let all: [String: GradientRule] = {
        var rules: [String: GradientRule] = [:]
        for family in families { rules.merge(family) { first, _ in first } }
        return rules
    }()

    private static let families: [[String: GradientRule]] = [
        activationDecompositions,
        activations,
        arithmetic,
        attention,
        averagePooling,
        batchNormalization,
        convolutions,
        einsum,
        functions,
        fusedMatMul,
        gatedActivations,
        groupNormalization,
        indexing,
        lossDecompositions,
        matrixProducts,
        maxPooling,
        multiHeadAttention,
        normalization,
        normalizationDecompositions,
        reductions,
        resampling,
        rotaryEmbedding,
        selections,
        shapes,
        softmax,
        zeroGradients,
    ]
}
