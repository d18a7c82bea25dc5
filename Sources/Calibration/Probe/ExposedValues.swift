internal import ONNXModel

extension Model {
    /// The model with every value of its graph as an output, for the runtime to infer what they are.
    func exposingAllValues() -> Model {
        let existing = Set(proto.graph.output.map(\.name))
        return exposing(proto.graph.node.flatMap(\.output).filter { !$0.isEmpty && !existing.contains($0) }, besides: true)
    }

    /// The model with the given values as its only outputs.
    func exposing(_ names: [String]) -> Model { exposing(names, besides: false) }

    private func exposing(_ names: [String], besides keeping: Bool) -> Model {
        let added = names.map { name in
            // Without a type: the runtime infers it.
            var output = ValueInfoProto()
            output.name = name
            return output
        }
        var model = self
        // At once: each access to the graph copies its lists.
        model.proto.graph.output = (keeping ? proto.graph.output : []) + added
        return model
    }

    /// The model with the shapes of the given tensors as its only outputs, so that the tensors themselves need not last.
    ///
    /// - Parameter names: in the order of the graph.
    /// - Returns: also the outputs' names, by tensor.
    func exposingShapes(of names: [String]) -> (model: Model, outputs: [String: String]) {
        var builder = GraphBuilder(avoiding: proto.graph.allNames)
        // The runtime goes for the last nodes first, with all that these need; so every shape is taken as soon as its tensor is there.
        let names = names.reversed()
        let outputs = Dictionary(uniqueKeysWithValues: names.map { ($0, builder.emit("Shape", [$0], hint: "shape/\($0)")) })
        var model = self
        model.proto.graph.node += builder.nodes
        return (model.exposing(names.compactMap { outputs[$0] }), outputs)
    }
}
