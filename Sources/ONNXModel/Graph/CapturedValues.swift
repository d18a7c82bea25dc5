internal import OrderedCollections

extension GraphProto {
    /// The names that a subgraph uses but does not define before: the values that it takes from the graphs around it.
    var capturedValues: OrderedSet<String> {
        var defined = Set(input.map(\.name))
        defined.formUnion(initializer.lazy.map(\.name))
        defined.formUnion(sparseInitializer.lazy.map(\.values.name))
        var captured: OrderedSet<String> = []
        for node in node {
            for name in node.usedValues where !defined.contains(name) { captured.append(name) }
            defined.formUnion(node.output)
        }
        for value in output where !defined.contains(value.name) { captured.append(value.name) }
        return captured
    }
}

extension NodeProto {
    /// The values that the node needs, each once: its inputs and what its subgraphs capture.
    package var usedValues: [String] {
        var names = OrderedSet(input)
        // Recursion as deep as the subgraphs are nested, which reading a model limits.
        for graph in subgraphs { names.formUnion(graph.capturedValues) }
        names.remove("")
        return Array(names)
    }
}
