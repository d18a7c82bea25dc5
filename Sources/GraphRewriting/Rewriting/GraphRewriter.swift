internal import LinearAlgebra
internal import LowRank
internal import ONNXModel
internal import Tensors

/// Collects the edits that put other forms in the place of a model's layers.
struct GraphRewriter {
    private(set) var hiddenValues: [String: [HiddenValue]] = [:]
    private let index: GraphIndex
    private let types: [String: TensorType]
    private let operatorSet: Int
    private let irVersion: Int64
    private let factorType: ElementType?
    private var builder: GraphBuilder
    private var edits: [(output: String, nodes: [NodeProto])] = []
    private var removableValues: [String] = []
    /// Of stored factors to the type that the layer computes in; runtimes fold them.
    private var casts: [NodeProto] = []

    /// - Parameter factorType: the type to store factors in; nil for that of each layer.
    init(_ model: Model, types: [String: TensorType], factorType: ElementType?) throws(ModelError) {
        index = GraphIndex(model)
        self.types = index.declaredTypes.merging(types) { _, given in given }
        operatorSet = try model.opsetVersion
        irVersion = model.proto.irVersion
        self.factorType = factorType
        builder = GraphBuilder(avoiding: model.proto.graph.allNames)
    }

    /// The edits so far.
    func patch() -> GraphPatch {
        var patch = GraphPatch()
        patch.removableValues = removableValues
        var leading: [NodeProto] = []
        if irVersion < 4 {
            // Every initializer had to be a graph input then; Constant nodes leave the inputs alone.
            leading = builder.initializers.map(NodeProto.constant)
        } else {
            patch.initializers = builder.initializers
        }
        leading += casts
        for (output, nodes) in edits {
            patch.replace(.producer(of: output), with: leading + nodes)
            leading = []
        }
        return patch
    }

    /// - Parameters:
    ///   - layer: by the factors' scheme.
    ///   - factors: that fit the layer.
    mutating func replace(_ layer: Layer, with factors: LayerFactors) throws {
        switch factors.form {
        case .factors: try replace(layer, withFactors: factors.pairs)
        case .pivoted: try replace(layer, withPivotedRows: factors.pairs)
        }
        removeWeight(of: layer)
    }

    /// Puts the products of factors in the place of the weight's matrices.
    mutating func replaceWeight(of layer: Layer, with pairs: [FactorPair]) throws {
        _ = try layer.rank(of: LayerFactors(scheme: layer.scheme, pairs: pairs), allowingAnyRank: true)
        let weight = try store(pairs.map { try $0.second.multiplied(by: $0.first) }, layer.layout, of: layer, as: "merged")
        var transposes = TransposeCache()
        for use in layer.uses {
            guard var node = index.producingNode(of: use.output) else { continue }
            let before = builder.nodes.count
            node.input[use.kind.operands.weight] = use.readsTranspose ? transposes.name(of: weight, &builder) : weight
            edits.append((use.output, builder.nodes[before...] + [node]))
        }
        removeWeight(of: layer)
    }

    private mutating func removeWeight(of layer: Layer) {
        let aliases = ConstantUses(of: layer.weightName, in: index).aliasNodes.flatMap { index.graph.node[$0].output }
        removableValues += [layer.weightName] + aliases
    }

    private mutating func replace(_ layer: Layer, withFactors pairs: [FactorPair]) throws {
        let form = TwoFactorForm(layer: layer, rank: pairs[0].rank)
        let inputs = try narrowedInputs(of: layer, pairs)
        let narrowing = try inputs.map {
            let layout = InputNarrowing.layout(layer, combinations: $0[0].combinations.rows, channels: layer.weightShape[1])
            return InputNarrowing.computed(try store($0.map(\.combinations), layout, of: layer, as: "inputs"), groups: layer.groups)
        }
        let first =
            pairs.allSatisfy { form.isRedundant(first: $0.first) }
            ? nil : try store(inputs?.map(\.kernels) ?? pairs.map(\.first), form.firstLayout, of: layer, as: "first")
        let second =
            pairs.allSatisfy { form.isRedundant(second: $0.second) }
            ? nil : try store(pairs.map(\.second), form.secondLayout, of: layer, as: "second")
        var transposes = TransposeCache()
        for use in layer.uses {
            guard let (node, leading) = narrowedNode(of: use, of: layer, narrowing) else { continue }
            let before = builder.nodes.count
            var operands = use.isTransposed ? [second, first] : [first, second]
            if form.isTurned(use) { operands = operands.map { $0.map { transposes.name(of: $0, &builder) } } }
            let hidden = builder.uniqueName("\(layer.weightName).hidden")
            let names = TwoFactorForm.Names(
                first: operands[0], second: operands[1], hidden: hidden,
                firstNode: builder.uniqueName("\(node.name.isEmpty ? layer.weightName : node.name).first"),
                unusedAddend: try unusedAddend(for: use, of: layer))
            edits.append((use.output, leading + builder.nodes[before...] + form.nodes(replacing: node, of: use, names)))
            let axis = TwoFactorForm.componentAxis(of: use, inputRank: types[use.input]?.rank)
            hiddenValues[layer.name, default: []].append(HiddenValue(value: hidden, componentAxis: axis))
        }
    }

    private mutating func replace(_ layer: Layer, withPivotedRows pairs: [FactorPair]) throws {
        let inputs = try narrowedInputs(of: layer, pairs)
        let small = inputs.map { zip($0, pairs).map { FactorPair(first: $0.kernels, second: $1.second) } } ?? pairs
        let rows = try finite(layer) { try small.map { try PivotedRows($0) } }
        let form = PivotedForm(layer: layer, rows: rows)
        var kernels = rows.map(\.basis)
        var narrowing: InputNarrowing?
        if let inputs {
            let places = layer.columns / layer.weightShape[1]
            let pivots = try finite(layer) {
                try zip(kernels, inputs).map {
                    try PivotedRows(FactorPair(first: $0.exchangingBlocks(of: places), second: $1.combinations.transposed))
                }
            }
            kernels = pivots.map { $0.basis.exchangingBlocks(of: places) }
            let layout = InputNarrowing.layout(layer, combinations: pivots[0].pivots.count, channels: pivots[0].others.count)
            narrowing = .pivoted(try store(pivots.map(\.coefficients.transposed), layout, of: layer, as: "inputs"), pivots)
        }
        let basis = try store(kernels, form.basisLayout, of: layer, as: "basis")
        let coefficients = try form.coefficientLayout.map {
            try store(rows.map(\.coefficients), $0, of: layer, as: "coefficients")
        }
        let order = form.order
        var transposes = TransposeCache()
        for use in layer.uses {
            guard let (node, leading) = narrowedNode(of: use, of: layer, narrowing) else { continue }
            let stored = PivotedForm.Constants(
                basis: basis, coefficients: coefficients, order: use.isTransposed ? nil : order.map { builder.integers($0) },
                unusedAddend: use.isTransposed ? nil : try unusedAddend(for: use, of: layer))
            let before = builder.nodes.count
            let constants = form.constants(stored, for: use, &transposes, &builder)
            let turns = builder.nodes[before...]
            let inputRank = types[use.input]?.rank
            let nodes =
                use.isTransposed
                ? form.transposedNodes(replacing: node, of: use, constants, inputRank: inputRank, &builder)
                : try form.nodes(replacing: node, of: use, constants, inputRank: inputRank, operatorSet: operatorSet, &builder)
            edits.append((use.output, leading + turns + nodes))
        }
    }

    /// By group, how the layer's scheme narrows its input; nil where it does not.
    private func narrowedInputs(of layer: Layer, _ pairs: [FactorPair]) throws -> [NarrowedInputs]? {
        let inputs = try finite(layer) { try pairs.compactMap { try layer.shape.narrowedInputs($0) } }
        return inputs.isEmpty ? nil : inputs
    }

    /// The node of a use, applied to combinations of its input's channels where there are such, and the nodes that make these.
    private mutating func narrowedNode(
        of use: LayerUse, of layer: Layer, _ narrowing: InputNarrowing?
    ) -> (node: NodeProto, leading: [NodeProto])? {
        guard var node = index.producingNode(of: use.output) else { return nil }
        guard let narrowing else { return (node, []) }
        let before = builder.nodes.count
        node.input[0] = narrowing.emit(of: node.input[0], hint: node.name.isEmpty ? layer.weightName : node.name, &builder)
        return (node, Array(builder.nodes[before...]))
    }

    private func finite<Result>(_ layer: Layer, _ compute: () throws -> Result) throws -> Result {
        do {
            return try compute()
        } catch LinearAlgebraError.notFinite {
            throw RewritingError.notFinite(layer: layer.name)
        }
    }

    /// Adds the initializer that holds one matrix of every group, and returns its name.
    private mutating func store(_ matrices: [Matrix], _ layout: WeightLayout, of layer: Layer, as role: String) throws -> String {
        let elementType = factorType ?? layer.elementType
        let tensor = try layout.tensor(matrices, elementType: elementType)
        guard tensor.isFinite else {
            guard matrices.allSatisfy({ $0.elements.allSatisfy(\.isFinite) }) else { throw RewritingError.notFinite(layer: layer.name) }
            throw RewritingError.overflow(layer: layer.name, elementType: elementType)
        }
        let name = builder.constant(tensor, hint: "\(layer.weightName).\(role)")
        guard elementType != layer.elementType else { return name }
        let cast = builder.uniqueName("\(name).cast")
        casts.append(.cast(of: name, to: layer.elementType, name: builder.uniqueName("\(name)/Cast"), output: cast))
        return cast
    }

    /// Gemm asks for a third input up to operator set 10.
    private mutating func unusedAddend(for use: LayerUse, of layer: Layer) throws -> String? {
        guard use.kind == .gemm, operatorSet < 11 else { return nil }
        let zero = try Tensor(elementType: layer.elementType, shape: [1], bytes: Array(repeating: 0, count: layer.elementType.byteCount))
        return builder.constant(zero, hint: "zero")
    }
}
