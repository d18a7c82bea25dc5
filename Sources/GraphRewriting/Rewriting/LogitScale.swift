package import ONNXModel
internal import Tensors

/// The scale of a model's logits, which the constants of its last layer hold: the weight of the last product, and what is added to that.
///
/// Between this product and the output there may only be what keeps a factor above 0 as it is, and the softmax.
package struct LogitScale: Sendable {
    /// The initializer, or the output of a Constant node, that is the last layer's weight.
    package let weightName: String
    /// The last layer's node, as messages name it.
    package let node: String
    /// The bias and the like.
    private let addends: [String]
    private let model: Model

    /// They move values, and compute none.
    private static let moving: Set<String> = [
        "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Cast", "Dropout", "Slice", "Gather",
    ]
    /// f(s x) = s f(x) for any s above 0.
    private static let homogeneous = moving.union(["GlobalAveragePool", "AveragePool", "ReduceMean", "Relu"])

    /// - Parameter output: of the model; logits, probabilities or their logarithms.
    /// - Throws: ``LogitScaleError``.
    package init(of output: String, in model: Model) throws(LogitScaleError) {
        let index = GraphIndex(model)
        var (value, addends) = (output, [String]())
        // A softmax must be the last thing that is computed: what follows it would be of probabilities.
        var mayBeNormalized = true
        // Positions descend, so that a broken graph with a cycle comes to an end too.
        var last = Int.max
        while let position = index.producer(of: value), position < last {
            let node = index.graph.node[position]
            if LogitScale.hasOtherUses(value, isMeasured: value == output, in: index) { throw .usedElsewhere(value) }
            last = position
            let constants = node.input.filter { index.isConstant(TransposedConstant($0, in: index).name) }
            switch node.qualifiedOperator {
            case let name where LogitScale.homogeneous.contains(name) && !node.castsToInteger:
                if !LogitScale.moving.contains(name) { mayBeNormalized = false }
                value = node.input.first ?? ""
            case "Softmax" where mayBeNormalized, "LogSoftmax" where mayBeNormalized:
                mayBeNormalized = false
                value = node.input.first ?? ""
            case "Add" where constants.count == 1 && node.input.count == 2:
                mayBeNormalized = false
                addends += try [LogitScale.ownConstant(constants[0], in: index)]
                value = node.input.first { $0 != constants[0] } ?? ""
            case "MatMul" where constants.count == 1, "Gemm", "Conv":
                let weight = node.opType == "MatMul" ? constants[0] : node.optionalInput(1) ?? ""
                weightName = try LogitScale.ownConstant(weight, in: index)
                if let bias = node.optionalInput(2) { addends += try [LogitScale.ownConstant(bias, in: index)] }
                self.node = node.label
                self.addends = addends
                self.model = model
                return
            default:
                throw .notLinear(node: node.label)
            }
        }
        throw .noLayer(output)
    }

    /// Whether something else reads a value than the path to the output, its shape aside.
    private static func hasOtherUses(_ value: String, isMeasured: Bool, in index: GraphIndex) -> Bool {
        let readers = index.consumers(of: value).filter { index.graph.node[$0].qualifiedOperator != "Shape" }
        return isMeasured ? !readers.isEmpty : index.isGraphOutput(value) || readers.count != 1
    }

    /// The constant behind a value, whose only use this is.
    private static func ownConstant(_ value: String, in index: GraphIndex) throws(LogitScaleError) -> String {
        let name = TransposedConstant(value, in: index).name
        guard let type = index.constantType(name)?.elementType, type.isFloatingPoint else { throw .notConstant(value) }
        let found = ConstantUses(of: name, in: index)
        guard found.uses.count == 1, found.captures.isEmpty, found.outputs.isEmpty else { throw .usedElsewhere(name) }
        return name
    }

    /// The model whose logits are those of this one times a factor above 0.
    ///
    /// - Throws: ``ModelError`` where a constant cannot be read, ``LogitScaleError`` where its type does not hold the result.
    package func scaled(by factor: Double) throws -> Model {
        let index = GraphIndex(model)
        var patch = GraphPatch()
        for name in [weightName] + addends {
            guard let tensor = try index.constant(name), let elements = tensor.floatingPointElements(0..<tensor.elementCount) else {
                throw LogitScaleError.notConstant(name)
            }
            let scaled = try Tensor(elementType: tensor.elementType, shape: tensor.shape, rounding: elements.map { $0 * factor })
            guard scaled.isFinite else { throw LogitScaleError.overflow(name, tensor.elementType) }
            let proto = TensorProto(name: name, scaled)
            if index.initializer(named: name) != nil {
                patch.initializers.append(proto)
            } else {
                patch.replace(.producer(of: name), with: [.constant(proto)])
            }
        }
        return try patch.apply(to: model)
    }
}

extension NodeProto {
    fileprivate var castsToInteger: Bool {
        guard opType == "Cast", let type = int("to") else { return false }
        return ElementType(rawValue: Int32(type))?.isFloatingPoint != true
    }
}
