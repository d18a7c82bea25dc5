extension GraphProto {
    /// Every name that the graph and its subgraphs use, of values and of nodes: what ``GraphBuilder/init(avoiding:)`` wants.
    package var allNames: Set<String> {
        var names: Set<String> = []
        collectNames(into: &names)
        names.remove("")
        return names
    }

    private func collectNames(into names: inout Set<String>) {
        names.formUnion(input.lazy.map(\.name))
        names.formUnion(output.lazy.map(\.name))
        names.formUnion(valueInfo.lazy.map(\.name))
        names.formUnion(initializer.lazy.map(\.name))
        names.formUnion(sparseInitializer.lazy.map(\.values.name))
        for node in node {
            names.insert(node.name)
            names.formUnion(node.input)
            names.formUnion(node.output)
            for graph in node.subgraphs { graph.collectNames(into: &names) }
        }
    }
}
