internal import LowRank
internal import ONNXModel
internal import Tensors

/// Says of each node of a model what layer it is.
struct LayerSurvey {
    enum Finding {
        case layer(Layer)
        case untreated(UntreatedLayer)
    }

    private let index: GraphIndex
    private let functions: [FunctionProto]
    private let names: [String]
    private let hasKnownOperators: Bool
    /// Values that are computed from what is fed: activations.
    private let fed: Set<String>
    /// What is known of weights that came up already, so that a weight with many uses is looked at once.
    private var findings: [WeightInRole: Result<[LayerUse], UntreatedReason>] = [:]

    private struct WeightInRole: Hashable {
        let name: String
        let role: WeightRole
    }

    private var nodes: [NodeProto] { index.graph.node }

    init(_ model: Model) {
        index = GraphIndex(model)
        functions = model.proto.functions
        names = LayerSurvey.uniqueNames(of: model.proto.graph.node)
        hasKnownOperators = (try? model.opsetVersion) != nil
        var fed = Set(model.proto.graph.input.map(\.name)).subtracting(model.proto.graph.initializer.map(\.name))
        for node in model.proto.graph.node where node.usedValues.contains(where: fed.contains) { fed.formUnion(node.output) }
        self.fed = fed
    }

    /// What the node is, or nil where it has no weights or belongs to a layer of an earlier node.
    mutating func finding(at position: Int) -> Finding? {
        let node = nodes[position]
        guard let family = WeightOperator(node), node.optionalOutput(0) != nil else { return nil }
        switch family {
        case .linear:
            // A product of two activations, as in attention, has no weight at all.
            return isProductOfActivations(node) ? nil : layerOrReason(at: position)
        case .other:
            return untreated(position, .noTwoFactorForm)
        case .quantized:
            return untreated(position, .quantized)
        case .table: return hasConstantWeight(node) ? layerOrReason(at: position) : nil
        case .withConstant: return hasConstantWeight(node) ? untreated(position, .noTwoFactorForm) : nil
        }
    }

    private func isProductOfActivations(_ node: NodeProto) -> Bool {
        guard node.opType != "Conv", let left = node.optionalInput(0), let right = node.optionalInput(1) else { return false }
        return fed.contains(left) && fed.contains(right) && !index.isGraphInput(right)
    }

    private mutating func layerOrReason(at position: Int) -> Finding? {
        do throws(UntreatedReason) {
            return try layer(at: position).map(Finding.layer)
        } catch {
            return untreated(position, error)
        }
    }

    /// The layer whose first node this is, or nil where an earlier node is.
    private mutating func layer(at position: Int) throws(UntreatedReason) -> Layer? {
        guard hasKnownOperators else { throw .operatorSet }
        let node = nodes[position]
        let kind = try kind(of: node)
        let weight = try StoredWeight(node.input[kind.operands.weight], in: index)
        let role = try WeightRole(node: node, kind: kind, weightShape: weight.shape, isTransposed: weight.isTransposed)
        let elementType = try weight.elementType
        let key = WeightInRole(name: weight.name, role: role)
        let known = findings[key] ?? Result { () throws(UntreatedReason) in try self.uses(of: weight, in: role) }
        findings[key] = known
        let uses = try known.get()
        guard uses.first?.output == node.output[0] else { return nil }
        return Layer(
            name: names[position], kind: kind, weightName: weight.name, weightShape: weight.shape, elementType: elementType,
            scheme: .channels, layout: role.layout, uses: uses)
    }

    private func kind(of node: NodeProto) throws(UntreatedReason) -> LayerKind {
        guard node.optionalInput(0) != nil, node.optionalInput(1) != nil else { throw .malformed("\(node.label) lacks an operand") }
        switch node.opType {
        case "Conv": return .convolution
        case "Gemm": return .gemm
        case "Gather":
            if index.isConstant(node.input[1]) { throw .constantProduct }
            return .embedding
        default:
            let isLeftConstant = isConstant(node.input[0])
            if isLeftConstant, isConstant(node.input[1]) { throw .constantProduct }
            return isLeftConstant ? .matMulLeft : .matMulRight
        }
    }

    /// All uses of the weight.
    ///
    /// - Throws: why it cannot be replaced: not all of them apply the given role's matrix, or that transposed.
    private func uses(of weight: StoredWeight, in role: WeightRole) throws(UntreatedReason) -> [LayerUse] {
        let found = ConstantUses(of: weight.name, in: index)
        if let output = found.outputs.first { throw .graphOutput(output) }
        if let capture = found.captures.first { throw .sharedWithSubgraph(of: nodes[capture].label) }
        var uses: [LayerUse] = []
        for use in found.uses {
            let node = nodes[use.node]
            guard WeightOperator(node)?.isLayer == true, let output = node.optionalOutput(0),
                let kind = try? kind(of: node), kind.operands.weight == use.operand,
                let own = try? WeightRole(node: node, kind: kind, weightShape: weight.shape, isTransposed: use.isTransposed),
                let isTransposed = role.isTransposed(in: own)
            else { throw .sharedInOtherRole(with: node.label) }
            let window = kind == .convolution ? ConvolutionWindow(node, kernel: Array(weight.shape[2...])) : nil
            uses.append(
                LayerUse(
                    nodeName: node.name, kind: kind, input: node.input[kind.operands.input], output: output, window: window,
                    isTransposed: isTransposed, readsTranspose: use.isTransposed))
        }
        return uses
    }

    private func hasConstantWeight(_ node: NodeProto) -> Bool {
        constantOperands(of: node).contains { ElementType(rawValue: $0.dataType)?.isFloatingPoint == true }
    }

    private func constantOperands(of node: NodeProto) -> [TensorProto] {
        node.input.compactMap { index.constantProto(TransposedConstant($0, in: index).name) }.filter { $0.dims.count >= 2 }
    }

    private func isConstant(_ value: String) -> Bool { index.isConstant(TransposedConstant(value, in: index).name) }

    private func untreated(_ position: Int, _ reason: UntreatedReason) -> Finding {
        let node = nodes[position]
        let shape = constantOperands(of: node).first?.dims.map { Int($0) }
        return .untreated(
            UntreatedLayer(name: names[position], operatorName: node.qualifiedOperator, weightShape: shape, reason: reason))
    }

    /// The nodes with weights in subgraphs and model-local functions.
    func nestedLayers() -> [UntreatedLayer] {
        var places = nodes.flatMap(LayerSurvey.places) + functions.map { ($0.node, "the function '\($0.name)'") }
        var found: [UntreatedLayer] = []
        var visited = 0
        while visited < places.count {
            let (nodes, place) = places[visited]
            visited += 1
            for node in nodes {
                places += LayerSurvey.places(in: node)
                guard let family = WeightOperator(node), family != .withConstant else { continue }
                found.append(
                    UntreatedLayer(
                        name: node.name.isEmpty ? node.output.first ?? "" : node.name, operatorName: node.qualifiedOperator,
                        weightShape: nil, reason: .nested(in: place)))
            }
        }
        return found
    }

    private static func places(in node: NodeProto) -> [(nodes: [NodeProto], place: String)] {
        node.subgraphs.map { ($0.node, "a subgraph of \(node.label)") }
    }

    /// A name for every node that no other node bears: its own where that is unique, else one from its output.
    private static func uniqueNames(of nodes: [NodeProto]) -> [String] {
        let counts = Dictionary(nodes.map { ($0.name, 1) }, uniquingKeysWith: +)
        var taken = Set(nodes.map(\.name))
        return nodes.enumerated().map { position, node in
            if !node.name.isEmpty, counts[node.name] == 1 { return node.name }
            let output = node.output.first ?? ""
            var name = taken.contains(output) ? "\(output)#\(position)" : output
            while taken.contains(name) { name += "'" }
            taken.insert(name)
            return name
        }
    }
}
