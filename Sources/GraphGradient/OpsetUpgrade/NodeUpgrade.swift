internal import ONNXModel
internal import Tensors

/// Upgrades the nodes of one graph, its subgraphs included, or of one function.
struct NodeUpgrade {
    /// Rewrites ``node``, which keeps its outputs, and emits what has to stand before it.
    typealias Adapter = @Sendable (inout NodeUpgrade) throws(OpsetUpgradeError) -> Void

    /// The operator set that the nodes come from.
    let version: Int
    /// The node at hand.
    var node = NodeProto()
    private var builder: GraphBuilder
    private var types: [String: TensorType] = [:]
    private var constants: [String: TensorProto] = [:]
    private var usedNames: Set<String> = []

    init(from version: Int, avoiding names: Set<String>) {
        self.version = version
        builder = GraphBuilder(avoiding: names)
    }

    // MARK: What is known

    /// Learns the types, constants and uses of values, of subgraphs too.
    mutating func observe(_ graph: GraphProto) {
        types.merge(graph.declaredTypes) { first, _ in first }
        for tensor in graph.initializer { constants[tensor.name] = tensor }
        usedNames.formUnion(graph.output.map(\.name))
        observe(graph.node)
    }

    mutating func observe(_ function: FunctionProto) {
        usedNames.formUnion(function.output)
        observe(function.node)
    }

    private mutating func observe(_ nodes: [NodeProto]) {
        for node in nodes {
            usedNames.formUnion(node.input)
            if node.isConstant, let output = node.output.first, let value = node.attributeProto("value") { constants[output] = value.t }
            // Recursion as deep as the subgraphs are nested, which reading a model limits.
            for graph in node.subgraphs { observe(graph) }
        }
    }

    /// The declared type of a value.
    func type(of value: String) -> TensorType? { types[value] }

    /// A value that the model stores, where it is stored inside the model file.
    func constant(_ value: String) -> Tensor? {
        constants[value].flatMap { try? Model(proto: ModelProto()).tensor($0) }
    }

    /// Whether something reads a value.
    func isUsed(_ value: String) -> Bool { usedNames.contains(value) }

    // MARK: Walking

    mutating func upgraded(_ graph: GraphProto) throws(OpsetUpgradeError) -> GraphProto {
        var result = graph
        result.node = try upgraded(graph.node)
        return result
    }

    mutating func upgraded(_ nodes: [NodeProto]) throws(OpsetUpgradeError) -> [NodeProto] {
        var result: [NodeProto] = []
        for original in nodes {
            let current = try withUpgradedSubgraphs(original)
            guard current.isStandard, let (end, adapter) = Self.adapters[current.opType], version < end else {
                result.append(current)
                continue
            }
            node = current
            guard current.attribute.allSatisfy(\.refAttrName.isEmpty) else { throw noCounterpart("it takes attributes from a function") }
            let start = builder.nodes.count
            try adapter(&self)
            result += builder.nodes[start...]
            result.append(node)
        }
        return result
    }

    private mutating func withUpgradedSubgraphs(_ node: NodeProto) throws(OpsetUpgradeError) -> NodeProto {
        var node = node
        for index in node.attribute.indices {
            if node.attribute[index].hasG { node.attribute[index].g = try upgraded(node.attribute[index].g) }
            for inner in node.attribute[index].graphs.indices {
                node.attribute[index].graphs[inner] = try upgraded(node.attribute[index].graphs[inner])
            }
        }
        return node
    }

    // MARK: Tools of the adapters

    func noCounterpart(_ reason: String) -> OpsetUpgradeError {
        .noCounterpart(operatorName: node.qualifiedOperator, node: node.displayName, reason: reason)
    }

    mutating func emit(_ opType: String, _ inputs: [String], _ attributes: [AttributeProto] = []) -> String {
        builder.emit(opType, inputs, attributes, hint: hint)
    }

    /// A `Constant` node rather than an initializer, which functions do not have.
    mutating func constant(_ tensor: Tensor) -> String {
        builder.emit("Constant", [], [.tensor("value", tensor)], hint: hint)
    }

    mutating func integers(_ values: [Int]) -> String {
        constant(Tensor(values.map(Int64.init)))
    }

    /// A scalar in the element type of the node's first input.
    mutating func scalarLikeInput(_ value: Float) -> String {
        let scalar = constant(Tensor(scalar: value))
        guard let input = node.optionalInput(0), type(of: input)?.elementType != .float32 else { return scalar }
        return emit("CastLike", [scalar, input])
    }

    /// Takes integers that moved from an attribute to input `index`; leaves the node alone where it does not have the attribute.
    mutating func moveToInput(_ name: String, _ index: Int) {
        guard let values = node.ints(name) else { return }
        let input = integers(values)
        node.removeAttribute(name)
        node.setInput(index, input)
    }

    private var hint: String { "upgrade/\(node.name.isEmpty ? node.output.first ?? node.opType : node.name)" }
}

extension NodeProto {
    fileprivate var isStandard: Bool { domain.isEmpty || domain == "ai.onnx" }

    mutating func removeAttribute(_ name: String) {
        attribute.removeAll { $0.name == name }
    }

    /// Sets an input, with those before it that do not exist left out.
    mutating func setInput(_ index: Int, _ name: String) {
        while input.count <= index { input.append("") }
        input[index] = name
    }
}
