internal import LinearAlgebra
internal import LowRank
internal import ONNXModel
internal import Tensors

/// A walk over the nodes in a layer's place, that of its first use, from the output back to the input.
struct WrittenNodes {
    private let index: GraphIndex
    private let layer: Layer
    private let rank: Int
    /// The value whose producer comes next.
    private var value: String
    private(set) var storedParameters = 0
    private var elementType: ElementType

    init(_ index: GraphIndex, layer: Layer, rank: Int) {
        self.index = index
        self.layer = layer
        self.rank = rank
        value = layer.uses[0].output
        elementType = layer.elementType
    }

    private var kind: LayerKind { layer.uses[0].kind }
    private var form: TwoFactorForm { TwoFactorForm(layer: layer, rank: rank) }

    /// Two nodes, either of which may be an Identity where its factor is one, behind combinations of input channels where there are such.
    mutating func plain() throws -> FactorMatrices {
        let second =
            try skipIdentity() ? [.identity(layer.rows)] : matrices(form.secondLayout, by: kind == .embedding ? .matMulRight : kind)
        let first = try skipIdentity() ? [.identity(layer.columns)] : matrices(form.firstLayout, by: kind)
        var inputs: [Matrix]?
        if let count = layer.shape.narrowedChannels(rank: rank) {
            inputs = try matrices(InputNarrowing.layout(layer, combinations: count, channels: layer.weightShape[1]), by: .convolution)
        }
        try checkEnd()
        guard first[0].rows == second[0].columns else { throw otherNodes }
        return FactorMatrices(inputs: inputs, first: first, second: second, elementType: elementType)
    }

    /// What makes the other outputs from the chosen ones, and behind it the node that computes these.
    mutating func pivoted() throws -> FactorMatrices {
        if kind == .convolution || kind == .gemm, try node().opType == "Add" { try step(of: "Add") }
        if layer.scheme == .spatial {
            try step(of: "Sum")
            try step(of: "Slice")
        }
        var order = Array(0..<layer.groups * layer.rows)
        if let gather = try ordering() {
            order = try integers(gather.input[1])
            value = gather.input[0]
        }
        var coefficients: [Matrix]?
        if let layout = PivotedForm.coefficientLayout(of: layer, rank: rank) {
            let (chosen, others) = try operands(of: "Concat")
            value = others
            coefficients = try matrices(layout, by: kind == .embedding || kind == .gemm ? .matMulRight : kind)
            guard value == chosen else { throw otherNodes }
        }
        let first = try matrices(form.firstLayout, by: kind)
        let inputs = try layer.shape.narrowedChannels(rank: rank).map { try narrowed($0) }
        try checkEnd()
        let second = try (0..<layer.groups).map { group in
            try expanded(coefficients?[group], rows: layer.rows, chosen: rank) { row in try source(of: row, in: group, order) }
        }
        return FactorMatrices(inputs: inputs, first: first, second: second, elementType: elementType)
    }

    /// The place of a row of a group's matrix among its chosen rows, and behind them its others; see ``PivotedForm/order``.
    private func source(of row: Int, in group: Int, _ order: [Int]) throws -> Int {
        let places = layer.scheme == .spatial ? layer.weightShape[3] : 1
        let position = (row % places * layer.groups + group) * (layer.rows / places) + row / places
        guard order.indices.contains(position), order.indices.contains(order[position]) else { throw otherNodes }
        let (source, chosen, others) = (order[position], layer.groups * rank, layer.rows - rank)
        return source < chosen ? source - group * rank : source - chosen - group * others + rank
    }

    /// Combinations of which some are single channels, to which the others are added; by group, count x channels.
    private mutating func narrowed(_ count: Int) throws -> [Matrix] {
        let channels = layer.weightShape[1]
        let (chosenValue, combined) = try operands(of: "Add")
        value = combined
        let layout = InputNarrowing.layout(layer, combinations: count, channels: channels - count)
        let coefficients = try matrices(layout, by: .convolution)
        let others = try integers(gathered(value))
        let chosen = try integers(gathered(chosenValue))
        guard chosen.count == layer.groups * count, others.count == layer.groups * (channels - count) else { throw otherNodes }
        value = layer.uses[0].input
        return try (0..<layer.groups).map { group in
            var sources = Array(repeating: -1, count: channels)
            let own = chosen[group * count..<(group + 1) * count] + others[group * (channels - count)..<(group + 1) * (channels - count)]
            for (source, channel) in own.enumerated() {
                guard (group * channels..<(group + 1) * channels).contains(channel) else { throw otherNodes }
                sources[channel - group * channels] = source
            }
            return try expanded(coefficients[group].transposed, rows: channels, chosen: count) { sources[$0] }.transposed
        }
    }

    /// A matrix of which some rows are those of an identity, and the others those of the coefficients.
    private func expanded(
        _ coefficients: Matrix?, rows: Int, chosen: Int, source: (Int) throws -> Int
    ) throws -> Matrix {
        var matrix = Matrix.zeros(rows: rows, columns: chosen)
        for row in 0..<rows {
            let source = try source(row)
            if (0..<chosen).contains(source) {
                matrix[row, source] = 1
            } else if let coefficients, (0..<coefficients.rows).contains(source - chosen) {
                for column in 0..<chosen { matrix[row, column] = coefficients[source - chosen, column] }
            } else {
                throw otherNodes
            }
        }
        return matrix
    }

    // MARK: Steps

    private func node() throws -> NodeProto {
        guard let node = index.producingNode(of: value) else { throw otherNodes }
        return node
    }

    private mutating func skipIdentity() throws -> Bool {
        let node = try node()
        guard node.opType == "Identity", let input = node.optionalInput(0) else { return false }
        value = input
        return true
    }

    /// Goes on to the first input of a node.
    private mutating func step(of opType: String) throws {
        let node = try node()
        guard node.opType == opType, let input = node.optionalInput(0) else { throw otherNodes }
        value = input
    }

    private func operands(of opType: String) throws -> (String, String) {
        let node = try node()
        guard node.opType == opType, node.input.count == 2 else { throw otherNodes }
        return (node.input[0], node.input[1])
    }

    /// The node that puts outputs in order, where there is one; a Gather from a table is an embedding's.
    private func ordering() throws -> NodeProto? {
        let node = try node()
        guard node.opType == "Gather", node.input.count == 2, index.isConstant(node.input[1]) else { return nil }
        return node
    }

    /// The indices of a Gather from the layer's input.
    private func gathered(_ value: String) throws -> String {
        guard let node = index.producingNode(of: value), node.opType == "Gather", node.input.count == 2,
            node.input[0] == layer.uses[0].input
        else { throw otherNodes }
        return node.input[1]
    }

    /// Goes on to the node's other operand.
    private mutating func matrices(_ layout: WeightLayout, by kind: LayerKind) throws -> [Matrix] {
        let node = try node()
        let (weight, input) = kind.operands
        guard node.opType == kind.operatorName, let name = node.optionalInput(weight), let next = node.optionalInput(input) else {
            throw otherNodes
        }
        value = next
        let tensor = try stored(name)
        guard tensor.elementType.isFloatingPoint, tensor.shape == layout.shape else {
            throw WrittenFactorsError.otherTensor(layer: layer.name, name: name)
        }
        storedParameters += tensor.elementCount
        elementType = tensor.elementType
        return try layout.matrices(tensor)
    }

    /// A constant, in the type that it is stored in.
    private func stored(_ name: String) throws -> Tensor {
        let cast = index.producingNode(of: name).flatMap { $0.opType == "Cast" ? $0.optionalInput(0) : nil }
        guard let tensor = try index.constant(cast ?? name) else {
            throw WrittenFactorsError.otherTensor(layer: layer.name, name: name)
        }
        return tensor
    }

    private func integers(_ name: String) throws -> [Int] {
        guard let numbers = try index.constant(name)?.elements(as: Int64.self) else {
            throw WrittenFactorsError.otherTensor(layer: layer.name, name: name)
        }
        return numbers.map { Int($0) }
    }

    private func checkEnd() throws {
        guard value == layer.uses[0].input else { throw otherNodes }
    }

    private var otherNodes: WrittenFactorsError { .otherNodes(layer: layer.name, at: value) }
}
