package import LowRank
package import ONNXModel

/// The multiply-accumulate operations of the Conv, ConvTranspose, Gemm and MatMul nodes of the top-level graph.
///
/// A count says how much arithmetic there is, not how long it takes: that has to be measured.
package struct ComputeCost: Sendable {
    /// By the node's first output; no entry where a needed shape is unknown.
    private let counts: [String: Int]
    /// The sum over all such nodes; nil where one of them is unknown, or the sum overflows.
    package let total: Int?
    /// Of computed values, as far as they are known.
    private let shapes: [String: [Int]]

    /// - Parameter types: the types of graph inputs and computed values, at the batch size to count for; where the first axis of a
    ///   value is dynamic, it counts as 1, that is, one sample.
    package init(model: Model, types: [String: TensorType]) {
        let index = GraphIndex(model)
        let computed = types.compactMapValues(ComputeCost.sampleShape)
        let shapes = { (name: String) -> [Int]? in index.constantType(name)?.fixedShape ?? computed[name] }
        var counts: [String: Int] = [:]
        var total: Int? = 0
        for node in index.graph.node where ComputeCost.operators.contains(node.qualifiedOperator) {
            let count = ComputeCost.count(of: node, shapes: shapes)
            if let output = node.optionalOutput(0) { counts[output] = count }
            total = ComputeCost.sum([total, count])
        }
        self.counts = counts
        self.total = total
        self.shapes = computed
    }

    /// The operations of the node that computes `value`; nil where a shape is unknown or the node is none of those counted.
    package func ofNode(computing value: String) -> Int? {
        counts[value]
    }

    /// The operations of all nodes of a layer as it is in the model.
    package func of(_ layer: Layer) -> Int? {
        ComputeCost.sum(layer.uses.map { $0.kind == .embedding ? 0 : counts[$0.output] })
    }

    /// The operations that the layer will take as factors, by its scheme.
    package func of(_ layer: Layer, rank: Int, form: StorageForm = .factors) -> Int? {
        ComputeCost.sum(layer.uses.map { count(of: $0, in: layer, rank: rank, form) })
    }

    private func count(of use: LayerUse, in layer: Layer, rank: Int, _ form: StorageForm) -> Int? {
        let shape = layer.shape
        if use.kind == .embedding {
            // The first factor is picked from.
            return shapes[use.output].flatMap { ComputeCost.product($0 + [rank]) }
        }
        guard let dense = counts[use.output] else { return nil }
        let positions = dense / layer.weightParameters
        // Pivoted rows are there already.
        func computed(_ rows: Int, of rank: Int) -> Int { form == .pivoted ? rows - rank : rows }
        let (first, second) = (layer.groups * rank * layer.columns, layer.groups * rank * computed(layer.rows, of: rank))
        if layer.scheme == .spatial {
            // The first kernel moves along the first axis alone, so its output is as wide as the input.
            guard let input = shapes[use.input], let output = shapes[use.output], input.count == 4, output.count == 4 else { return nil }
            return ComputeCost.sum([
                ComputeCost.product([input[0], output[2], input[3], first]), ComputeCost.product([positions, second]),
            ])
        }
        guard let narrowed = shape.narrowedChannels(rank: rank) else { return ComputeCost.product([positions, first + second]) }
        guard let input = shapes[use.input], input.count >= 2 else { return nil }
        let channels = layer.weightShape[1]
        let places = layer.columns / channels
        return ComputeCost.sum([
            ComputeCost.product([input[0]] + input[2...] + [layer.groups * narrowed * computed(channels, of: narrowed)]),
            ComputeCost.product([positions, layer.groups * rank * narrowed * places + second]),
        ])
    }

    private static let operators: Set<String> = ["Conv", "ConvTranspose", "Gemm", "MatMul"]

    private static func sampleShape(_ type: TensorType) -> [Int]? {
        guard type.shape.first == .dynamic else { return type.fixedShape }
        return TensorType(type.elementType, [.fixed(1)] + type.shape.dropFirst()).fixedShape
    }

    private static func count(of node: NodeProto, shapes: (String) -> [Int]?) -> Int? {
        guard let output = node.optionalOutput(0), let left = node.optionalInput(0), let right = node.optionalInput(1) else { return nil }
        switch node.opType {
        case "Conv":
            // Every output position of every sample takes the whole kernel once.
            guard let result = shapes(output), let weight = shapes(right), result.count >= 2 else { return nil }
            return product([result[0]] + result[2...] + weight)
        case "ConvTranspose":
            guard let input = shapes(left), let weight = shapes(right), input.count >= 2 else { return nil }
            return product([input[0]] + input[2...] + weight)
        case "Gemm":
            guard let result = shapes(output), let weight = shapes(right), weight.count == 2 else { return nil }
            return product(result + [weight[(node.int("transB") ?? 0) == 0 ? 0 : 1]])
        default:
            guard let result = shapes(output), let inner = shapes(left)?.last else { return nil }
            return product(result + [inner])
        }
    }

    private static func product(_ factors: [Int]) -> Int? {
        factors.reduce(1 as Int?) { partial, factor in
            guard let partial, factor >= 0 else { return nil }
            let (product, overflow) = partial.multipliedReportingOverflow(by: factor)
            return overflow ? nil : product
        }
    }

    private static func sum(_ terms: [Int?]) -> Int? {
        terms.reduce(0 as Int?) { partial, term in
            guard let partial, let term else { return nil }
            let (sum, overflow) = partial.addingReportingOverflow(term)
            return overflow ? nil : sum
        }
    }
}
