internal import Foundation
internal import LinearAlgebra
internal import LowRank
package import ONNXModel
internal import Tensors

/// A model in which layers are products of factors, and where their components can be seen.
package struct RewrittenModel: Sendable {
    package let model: Model
    /// By layer name: one value for each node that uses the layer's weight, in graph order.
    package let hiddenValues: [String: [HiddenValue]]
}

/// The value between the two factors of a layer.
package struct HiddenValue: Sendable, Hashable {
    package let value: String
    /// The axis along which components lie; negative where it is counted from the last. Component j of group g is at g * rank + j.
    package let componentAxis: Int
}

/// Puts pairs of factors in the place of layers' weights.
package enum Rewriting {
    /// The model with some of its layers as two factors each.
    ///
    /// Inputs, outputs, operator sets and everything but the named layers stay as they are. The second node of a pair keeps the name, the
    /// output name and the bias of the node in whose place it stands. Weights that nothing uses any more are removed, with the Identity nodes
    /// that shared them.
    ///
    /// - Parameters:
    ///   - factors: by layer name (see ``LayerCatalogue``), what takes the weight's place.
    ///   - types: types of computed values where they are known; they decide the component axis for one-axis inputs of MatMul.
    ///   - metadata: entries for the model's `metadata_props`; where given, `jointrank.layers` is added, which says the rank of each
    ///     rewritten layer as JSON.
    ///   - allowingAnyRank: whether ranks that save no parameters are let through, as for gates on every component of a layer.
    /// - Throws: ``RewritingError``, and ``ModelError`` where the model itself is broken.
    package static func apply(
        _ factors: [String: LayerFactors], to model: Model, types: [String: TensorType] = [:], metadata: [String: String]? = nil,
        allowingAnyRank: Bool = false
    ) throws -> RewrittenModel {
        let catalogue = LayerCatalogue(model: model)
        let names = Set(catalogue.layers.map(\.name))
        if let unknown = factors.keys.filter({ !names.contains($0) }).min() { throw RewritingError.unknownLayer(unknown) }

        var rewriter = try GraphRewriter(model, types: types)
        var ranks: [String: Int] = [:]
        for layer in catalogue.layers {
            guard let factors = factors[layer.name] else { continue }
            guard let layer = layer.viewed(as: factors.scheme) else {
                throw RewritingError.schemeDoesNotApply(layer: layer.name, scheme: factors.scheme)
            }
            guard factors.form == .factors else {
                throw RewritingError.formNotPossible(layer: layer.name, form: factors.form, reason: "no nodes are known for it")
            }
            ranks[layer.name] = try layer.rank(of: factors, allowingAnyRank: allowingAnyRank)
            try rewriter.replace(layer, with: factors.pairs)
        }
        var patch = rewriter.patch()
        if let metadata {
            patch.metadata = metadata
            patch.metadata["jointrank.layers"] = try json(ranks)
        }
        return try RewrittenModel(model: patch.apply(to: model, types: types), hiddenValues: rewriter.hiddenValues)
    }

    private static func json(_ ranks: [String: Int]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try String(decoding: encoder.encode(ranks), as: UTF8.self)
    }
}

/// Collects the edits that turn layers of one model into two-factor forms.
private struct GraphRewriter {
    private(set) var hiddenValues: [String: [HiddenValue]] = [:]
    private let index: GraphIndex
    private let types: [String: TensorType]
    private let operatorSet: Int
    private let irVersion: Int64
    private var builder: GraphBuilder
    private var edits: [(output: String, nodes: [NodeProto])] = []
    private var removableValues: [String] = []

    init(_ model: Model, types: [String: TensorType]) throws(ModelError) {
        index = GraphIndex(model)
        self.types = index.declaredTypes.merging(types) { _, given in given }
        operatorSet = try model.opsetVersion
        irVersion = model.proto.irVersion
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
        for (output, nodes) in edits {
            patch.replace(.producer(of: output), with: leading + nodes)
            leading = []
        }
        return patch
    }

    /// - Parameter pairs: factors that fit the layer.
    mutating func replace(_ layer: Layer, with pairs: [FactorPair]) throws {
        let form = TwoFactorForm(layer: layer, rank: pairs[0].rank)
        let first = try store(pairs.map(\.first), form.firstLayout, of: layer, as: "first")
        let second = try store(pairs.map(\.second), form.secondLayout, of: layer, as: "second")
        for use in layer.uses {
            guard let node = index.producingNode(of: use.output) else { continue }
            let hidden = builder.uniqueName("\(layer.weightName).hidden")
            let names = TwoFactorForm.Names(
                first: first, second: second, hidden: hidden,
                firstNode: builder.uniqueName("\(node.name.isEmpty ? layer.weightName : node.name).first"),
                unusedAddend: try unusedAddend(for: layer))
            edits.append((use.output, form.nodes(replacing: node, of: use, names)))
            let axis = form.componentAxis(inputRank: types[use.input]?.rank)
            hiddenValues[layer.name, default: []].append(HiddenValue(value: hidden, componentAxis: axis))
        }
        let aliases = ConstantUses(of: layer.weightName, in: index).aliasNodes.flatMap { index.graph.node[$0].output }
        removableValues += [layer.weightName] + aliases
    }

    /// Adds the initializer that holds one factor of every group, and returns its name.
    private mutating func store(_ matrices: [Matrix], _ layout: WeightLayout, of layer: Layer, as role: String) throws -> String {
        let tensor = try layout.tensor(matrices, elementType: layer.elementType)
        guard tensor.isFinite else { throw RewritingError.notFinite(layer: layer.name) }
        return builder.constant(tensor, hint: "\(layer.weightName).\(role)")
    }

    /// Gemm asks for a third input up to operator set 10.
    private mutating func unusedAddend(for layer: Layer) throws -> String? {
        guard layer.kind == .gemm, operatorSet < 11 else { return nil }
        let zero = try Tensor(elementType: layer.elementType, shape: [1], bytes: Array(repeating: 0, count: layer.elementType.byteCount))
        return builder.constant(zero, hint: "zero")
    }
}

extension NodeProto {
    /// A Constant node without a name that produces a value of the tensor's name.
    fileprivate static func constant(_ tensor: TensorProto) -> NodeProto {
        var value = AttributeProto()
        value.name = "value"
        value.type = .tensor
        value.t = tensor
        var node = NodeProto()
        node.opType = "Constant"
        node.output = [tensor.name]
        node.attribute = [value]
        return node
    }
}

extension Tensor {
    /// Whether every element of a float32 or float64 tensor is finite.
    fileprivate var isFinite: Bool {
        elements(as: Float.self)?.allSatisfy(\.isFinite) ?? elements(as: Double.self)?.allSatisfy(\.isFinite) ?? true
    }
}
