package import Tensors

/// The main graph of a model, looked up by names: who produces a value, who uses it, which values are constant.
///
/// A snapshot: it does not follow later changes of the model. Making it takes time in proportion to the graph.
/// Names that a broken graph defines several times resolve to the first definition; see ``GraphProto/validate()``.
package struct GraphIndex: Sendable {
    package let graph: GraphProto
    private let decoder: TensorDecoder
    private let producers: [String: Int]
    private let consumersByValue: [String: [Int]]
    private let initializers: [String: Int]
    private let inputs: Set<String>
    private let outputs: Set<String>
    /// Initializers that are mere defaults of a graph input.
    private let overridable: Set<String>
    /// What lies behind the outputs of Identity nodes.
    private let origins: [String: String]
    /// Types of values as far as the graph states them.
    package let declaredTypes: [String: TensorType]

    package init(_ model: Model) {
        graph = model.proto.graph
        decoder = TensorDecoder(files: model.files)
        var producers: [String: Int] = [:]
        var consumers: [String: [Int]] = [:]
        var origins: [String: String] = [:]
        for (index, node) in graph.node.enumerated() {
            if node.isIdentity, let input = node.optionalInput(0), let output = node.optionalOutput(0) {
                origins[output] = origins[input] ?? input
            }
            for name in node.output where !name.isEmpty && producers[name] == nil { producers[name] = index }
            for name in node.usedValues { consumers[name, default: []].append(index) }
        }
        self.producers = producers
        consumersByValue = consumers
        self.origins = origins
        initializers = Dictionary(graph.initializer.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        inputs = Set(graph.input.map(\.name))
        outputs = Set(graph.output.map(\.name))
        // Before IR version 4 every initializer had to be listed as an input.
        overridable = model.proto.irVersion < 4 ? [] : inputs.intersection(initializers.keys)
        declaredTypes = graph.declaredTypes
    }

    /// The position of the node that produces a value; nil for inputs, initializers and names that are not in the graph.
    package func producer(of value: String) -> Int? { producers[value] }

    /// The node that produces a value.
    package func producingNode(of value: String) -> NodeProto? { producers[value].map { graph.node[$0] } }

    /// The positions of the nodes that use a value, also within their subgraphs, in ascending order and each once.
    package func consumers(of value: String) -> [Int] { consumersByValue[value] ?? [] }

    package func isGraphInput(_ value: String) -> Bool { inputs.contains(value) }

    package func isGraphOutput(_ value: String) -> Bool { outputs.contains(value) }

    /// The initializer with this name.
    package func initializer(named name: String) -> TensorProto? { initializers[name].map { graph.initializer[$0] } }

    /// Whether the caller of the model may pass other data in place of this initializer, so that it is no constant.
    package func isOverridable(_ initializer: String) -> Bool { overridable.contains(initializer) }

    /// The value that `name` stands for, behind any chain of Identity nodes.
    package func origin(of name: String) -> String { origins[name] ?? name }

    /// Whether a value is the same in every run: an initializer that is not overridable, or a Constant node's, also behind Identity nodes.
    package func isConstant(_ name: String) -> Bool {
        let origin = origin(of: name)
        if initializers[origin] != nil { return !overridable.contains(origin) }
        return producingNode(of: origin)?.isConstant ?? false
    }

    /// The constant that a value stands for, as it is stored: an initializer, or the `value` of a Constant node; also behind
    /// Identity nodes. Its elements need not be decoded to see its type and shape.
    package func constantProto(_ name: String) -> TensorProto? {
        let origin = origin(of: name)
        guard isConstant(origin) else { return nil }
        if let initializer = initializer(named: origin) { return initializer }
        guard let attribute = producingNode(of: origin)?.attributeProto("value"), attribute.hasT else { return nil }
        return attribute.t
    }

    /// The constant that a value stands for, decoded; also behind Identity nodes.
    ///
    /// - Returns: nil where the value is not constant or is kept in a form without elements here (a sparse tensor, a string).
    /// - Throws: where the tensor is broken, or of a type that ``Tensor`` does not have.
    package func constant(_ name: String) throws(ModelError) -> Tensor? {
        let origin = origin(of: name)
        guard isConstant(origin) else { return nil }
        if let initializer = initializer(named: origin) { return try decoder.tensor(initializer) }
        guard let node = producingNode(of: origin) else { return nil }
        return try decoder.constantValue(of: node)
    }

    /// Element type and shape of a constant without decoding it.
    package func constantType(_ name: String) -> TensorType? {
        if let proto = constantProto(name) { return TensorType(proto) }
        guard let node = producingNode(of: origin(of: name)), let value = try? decoder.constantValue(of: node) else { return nil }
        return TensorType(value.elementType, value.shape.map(Dimension.fixed))
    }

    /// The decoded constants of at most `byteCount` bytes (axes, shapes, bounds), by the names of all values that stand for them.
    /// Constants of types that ``Tensor`` does not have are left out.
    package func smallConstants(upTo byteCount: Int = 4096) throws(ModelError) -> [String: Tensor] {
        var constants: [String: Tensor] = [:]
        let names = graph.initializer.map(\.name) + graph.node.filter { $0.isConstant || $0.isIdentity }.flatMap(\.output)
        for name in names where !name.isEmpty && isConstant(name) {
            if let proto = constantProto(name) {
                guard proto.elementType != nil, try proto.rawByteCount() <= byteCount else { continue }
            }
            constants[name] = try constant(name)
        }
        return constants
    }
}
