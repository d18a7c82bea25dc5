package import ONNXModel

extension Model {
    /// The model with every value of its graph as an output, for the runtime to infer or to show.
    package func exposingAllValues() -> Model {
        let existing = Set(proto.graph.output.map(\.name))
        let added = proto.graph.node.lazy.flatMap(\.output).filter { !$0.isEmpty && !existing.contains($0) }.map { name in
            // Without a type: the runtime infers it.
            var output = ValueInfoProto()
            output.name = name
            return output
        }
        var model = self
        // At once: each access to the graph copies its lists.
        model.proto.graph.output += Array(added)
        return model
    }
}
