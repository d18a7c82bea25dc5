package import ONNXModel

extension Model {
    /// The model with every value of its graph as an output, for the runtime to infer or to show.
    package func exposingAllValues() -> Model {
        var model = self
        let existing = Set(proto.graph.output.map(\.name))
        for name in proto.graph.node.flatMap(\.output) where !name.isEmpty && !existing.contains(name) {
            // Without a type: the runtime infers it.
            var output = ValueInfoProto()
            output.name = name
            model.proto.graph.output.append(output)
        }
        return model
    }
}
