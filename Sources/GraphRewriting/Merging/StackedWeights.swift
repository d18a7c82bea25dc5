package import ONNXModel
internal import Tensors

/// Products of one value with several weights, written as one product with the weights side by side: query, key and value of an attention,
/// gate and up of a gated layer. As one layer they share the first factor.
///
/// x [A B] = [x A, x B], so outputs stay the same but for rounding.
package struct StackedWeights: Sendable {
    package let model: Model
    /// By stack, the names of the values that the products make.
    package let stacks: [[String]]

    /// MatMul(x, weight) with a weight of its own.
    private struct Product {
        let node: Int
        let weight: String
        let output: String
    }

    /// - Throws: ``ModelError`` where a tensor cannot be read.
    package init(of model: Model) throws {
        let index = GraphIndex(model)
        let groups = try model.opsetVersion >= StackedWeights.firstOperatorSet ? StackedWeights.groups(index) : []
        var builder = GraphBuilder(avoiding: model.proto.graph.allNames)
        var replaced: [Int: [NodeProto]] = [:]
        var removed: Set<String> = []
        var stacks: [[String]] = []
        for group in groups {
            let weights = try group.compactMap { try index.constant($0.weight) }
            guard let joined = try weights.sideBySide else { continue }
            let before = builder.nodes.count
            let hint = group.map(\.output).joined(separator: "+")
            let product = builder.emit(
                "MatMul", [index.graph.node[group[0].node].input[0], builder.constant(joined, hint: "\(hint).weight")], hint: hint)
            let sizes = builder.integers(weights.map { $0.shape[1] })
            var split = NodeProto()
            split.opType = "Split"
            split.name = builder.uniqueName("\(hint)/Split")
            split.input = [product, sizes]
            split.output = group.map(\.output)
            split.attribute = [.int("axis", -1)]
            stacks.append(split.output)
            for (position, member) in group.enumerated() {
                replaced[member.node] = position == 0 ? Array(builder.nodes[before...]) + [split] : []
                removed.insert(member.weight)
            }
        }
        var stacked = model
        stacked.proto.graph.node = index.graph.node.enumerated().flatMap { replaced[$0] ?? [$1] }
        stacked.proto.graph.initializer = model.proto.graph.initializer.filter { !removed.contains($0.name) } + builder.initializers
        self.model = stacked
        self.stacks = stacks
    }

    /// The first whose Split takes its lengths as an input.
    private static let firstOperatorSet = 13

    /// Products that can become one, at least two at a time, in graph order.
    private static func groups(_ index: GraphIndex) -> [[Product]] {
        struct Key: Hashable {
            let input: String
            let type: Int32
            let rows: Int64
        }
        var groups: [Key: [Product]] = [:]
        var order: [Key] = []
        for (position, node) in index.graph.node.enumerated() where node.opType == "MatMul" && node.domain.isEmpty {
            guard let input = node.optionalInput(0), let weight = node.optionalInput(1), let output = node.optionalOutput(0),
                !index.isConstant(input), let tensor = index.initializer(named: weight), tensor.dims.count == 2,
                !index.isGraphInput(weight), !index.isGraphOutput(weight), index.consumers(of: weight) == [position],
                ElementType(rawValue: tensor.dataType)?.isFloatingPoint == true
            else { continue }
            let key = Key(input: input, type: tensor.dataType, rows: tensor.dims[0])
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(Product(node: position, weight: weight, output: output))
        }
        return order.compactMap { groups[$0] }.filter { $0.count > 1 }
    }
}

extension [Tensor] {
    /// Matrices of equal type and height as one; nil where they are not such.
    fileprivate var sideBySide: Tensor? {
        get throws(TensorError) {
            guard let first, allSatisfy({ $0.elementType == first.elementType && $0.shape.count == 2 && $0.shape[0] == first.shape[0] })
            else { return nil }
            let width = first.elementType.byteCount
            var bytes: [UInt8] = []
            bytes.reserveCapacity(reduce(0) { $0 + $1.bytes.count })
            for row in 0..<first.shape[0] {
                for matrix in self { bytes += matrix.bytes[row * matrix.shape[1] * width..<(row + 1) * matrix.shape[1] * width] }
            }
            return try Tensor(
                elementType: first.elementType, shape: [first.shape[0], reduce(0) { $0 + $1.shape[1] }], bytes: bytes)
        }
    }
}
