internal import LowRank
internal import ONNXModel

/// A use that applies Wᵀ = basisᵀ [I Cᵀ]: what the coefficients make of the other inputs is added to the chosen ones, and the basis is applied
/// from its other side. Products alone, not convolutions or embeddings, have such uses in this form.
extension PivotedForm {
    /// The constants with the matrices as a use takes them, turned where they are stored the other way round.
    func constants(
        _ stored: Constants, for use: LayerUse, _ transposes: inout TransposeCache, _ builder: inout GraphBuilder
    ) -> Constants {
        let turnsBasis = TwoFactorForm(layer: layer, rank: layer.fullRank).isTurned(use)
        // Beside coefficients on the right stand inputs on the left.
        let turnsCoefficients = ((layer.kind == .matMulLeft) != (use.kind == .matMulLeft)) != use.isTransposed
        return Constants(
            basis: turnsBasis ? transposes.name(of: stored.basis, &builder) : stored.basis,
            coefficients: stored.coefficients.map { turnsCoefficients ? transposes.name(of: $0, &builder) : $0 }, order: stored.order,
            unusedAddend: stored.unusedAddend)
    }

    /// The nodes that take the place of `node`; the last one bears its name and output.
    ///
    /// - Parameter inputRank: the number of axes of the node's input, where known.
    func transposedNodes(
        replacing node: NodeProto, of use: LayerUse, _ constants: Constants, inputRank: Int?, _ builder: inout GraphBuilder
    ) -> [NodeProto] {
        let hint = node.name.isEmpty ? layer.weightName : node.name
        let before = builder.nodes.count
        var product = node
        var hidden = use.input
        if use.kind == .gemm {
            product.attribute = node.attribute.filter { $0.name != "transA" && $0.name != "transB" } + [.int("transB", 1)]
            if node.int("transA") == 1 { hidden = builder.emit("Transpose", [hidden], [.ints("perm", [1, 0])], hint: hint) }
        }
        if let coefficients = constants.coefficients {
            let axis = AttributeProto.int("axis", axis(of: use, inputRank: inputRank))
            let chosen = builder.emit("Gather", [hidden, builder.integers(rows[0].pivots)], [axis], hint: hint)
            let others = builder.emit("Gather", [hidden, builder.integers(rows[0].others)], [axis], hint: hint)
            let operands = use.kind == .matMulLeft ? [coefficients, others] : [others, coefficients]
            hidden = builder.emit("Add", [chosen, builder.emit("MatMul", operands, hint: hint)], hint: hint)
        }
        product.input[use.kind.operands.input] = hidden
        product.input[use.kind.operands.weight] = constants.basis
        return builder.nodes[before...] + [product]
    }
}
