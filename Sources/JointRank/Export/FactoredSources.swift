internal import Files
internal import GraphRewriting
internal import ONNXModel
internal import Tensors

/// The model that a compressed one was made from: its layers, by the names that the compressed model knows, and their weights.
struct FactoredSources {
    /// Those that were factored, in graph order.
    let layers: [Layer]
    /// Of the file.
    let index: GraphIndex
    /// By the value that a joined product computes, those that it is split into.
    private let parts: [String: [String]]

    /// - Parameter names: of the factored layers.
    /// - Throws: ``JointRankError`` where the models do not go together.
    init(_ original: Model, at originalPath: String, of model: Model, at path: String, names: Set<String>) throws {
        let mismatch = { (reason: String) in JointRankError(.badInput, "'\(path)' was not made from '\(originalPath)': \(reason)") }
        index = GraphIndex(original)
        let (before, after) = (original.proto.graph, model.proto.graph)
        guard before.input.map(\.name) == after.input.map(\.name), before.output.map(\.name) == after.output.map(\.name) else {
            throw mismatch("they have other inputs or outputs")
        }
        if let name = try FactoredSources.changedConstant(index, after: GraphIndex(model)) {
            throw mismatch("their tensors \(name.quoted) are not the same")
        }
        // As `compress` takes it: weights that are held twice are one, and products of one value may be.
        let merged = try SharedWeights(mergedIn: original).model
        var layers = LayerCatalogue(model: merged).layers
        var parts: [String: [String]] = [:]
        if !names.isSubset(of: layers.map(\.name)) {
            let stacked = try StackedWeights(of: merged).model
            layers = LayerCatalogue(model: stacked).layers
            for node in stacked.proto.graph.node where node.opType == "Split" { parts[node.input.first ?? ""] = node.output }
        }
        if let missing = names.subtracting(layers.map(\.name)).min() {
            throw mismatch("it has no layer \(missing.quoted) that can be factored")
        }
        self.layers = layers.filter { names.contains($0.name) }
        self.parts = parts
    }

    /// The nodes of the file that a use of a layer stands for, each with what it computes: one, or those whose products became one.
    func nodes(of use: LayerUse) -> [(output: String, node: NodeProto)] {
        let outputs = index.producer(of: use.output) == nil ? parts[use.output] ?? [] : [use.output]
        return outputs.compactMap { output in index.producingNode(of: output).map { (output, $0) } }
    }

    /// The first initializer that both models have under one name, but not with the same content.
    private static func changedConstant(_ before: GraphIndex, after: GraphIndex) throws -> String? {
        for tensor in after.graph.initializer {
            guard let other = before.initializer(named: tensor.name) else { continue }
            guard tensor.dataType == other.dataType, tensor.dims == other.dims else { return tensor.name }
            guard ElementType(rawValue: tensor.dataType) != nil else { continue }
            guard try before.constant(tensor.name) == after.constant(tensor.name) else { return tensor.name }
        }
        return nil
    }
}
