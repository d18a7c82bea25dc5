extension Model {
    /// Checks the main graph, with its subgraphs, and every function, see ``GraphProto/validate()``, and what functions call.
    package func validate() throws(ModelError) {
        do {
            try FunctionCalls.check(proto)
            try proto.graph.validate()
            for function in proto.functions { try GraphValidator.check(function) }
        } catch {
            throw .invalidGraph(error)
        }
    }
}

extension GraphProto {
    /// Checks that every value is defined once, and before it is used: the graph has no cycles, its nodes are in topological order,
    /// and its outputs exist. Subgraphs may use what is defined around them before their node, and may reuse names from there.
    ///
    /// Takes time in proportion to the graph.
    package func validate() throws(GraphError) {
        var validator = GraphValidator()
        try validator.check(self)
    }
}

private struct GraphValidator {
    /// What the node at hand may use.
    private var visible: Set<String> = []
    /// The nodes of the graph at hand and of those around it, to tell a wrong order from a missing value.
    private var enclosing: [[NodeProto]] = []

    static func check(_ function: FunctionProto) throws(GraphError) {
        var validator = GraphValidator()
        try validator.check(definitions: function.input, initializers: [], nodes: function.node, outputs: function.output)
    }

    mutating func check(_ graph: GraphProto) throws(GraphError) {
        try check(
            definitions: graph.input.map(\.name), initializers: graph.initializer.map(\.name) + graph.sparseInitializer.map(\.values.name),
            nodes: graph.node, outputs: graph.output.map(\.name))
    }

    /// Recursive as deep as graphs are nested, which reading a model limits.
    private mutating func check(
        definitions: [String], initializers: [String], nodes: [NodeProto], outputs: [String]
    ) throws(GraphError) {
        enclosing.append(nodes)
        var own: Set<String> = []
        for name in definitions where !own.insert(name).inserted { throw .duplicateValue(name) }
        var named: Set<String> = []
        for name in initializers where !named.insert(name).inserted { throw .duplicateValue(name) }
        own.formUnion(named)
        var revealed = own.subtracting(visible)
        visible.formUnion(revealed)
        for node in nodes {
            for name in node.input where !name.isEmpty && !visible.contains(name) { throw fault(of: name, usedBy: node) }
            for graph in node.subgraphs { try check(graph) }
            for name in node.output where !name.isEmpty {
                guard own.insert(name).inserted else { throw .duplicateValue(name) }
                if visible.insert(name).inserted { revealed.insert(name) }
            }
        }
        for name in outputs where !visible.contains(name) { throw .missingOutput(name) }
        visible.subtract(revealed)
        enclosing.removeLast()
    }

    /// Why a value is not there when a node uses it.
    private func fault(of value: String, usedBy node: NodeProto) -> GraphError {
        guard let nodes = enclosing.last(where: { nodes in nodes.contains { $0.output.contains(value) } }) else {
            return .undefinedValue(value, node: node.displayName)
        }
        if let culprit = nodes.nodeOnCycle { return .cycle(node: culprit.displayName) }
        return .usedBeforeProduced(value, node: node.displayName)
    }
}

extension [NodeProto] {
    /// A node that depends on itself, or nil where some order of the nodes is topological.
    fileprivate var nodeOnCycle: NodeProto? {
        var producers: [String: Int] = [:]
        for (index, node) in enumerated() {
            for name in node.output where !name.isEmpty { producers[name] = index }
        }
        let predecessors = map { node in Set(node.usedValues.compactMap { producers[$0] }) }
        var successors = [[Int]](repeating: [], count: count)
        for (index, before) in predecessors.enumerated() {
            for predecessor in before { successors[predecessor].append(index) }
        }
        var waiting = predecessors.map(\.count)
        var ready = indices.filter { waiting[$0] == 0 }
        while let index = ready.popLast() {
            for successor in successors[index] {
                waiting[successor] -= 1
                if waiting[successor] == 0 { ready.append(successor) }
            }
        }
        // What still waits lies on a cycle or behind one; going back along what waits must come round.
        guard var index = waiting.firstIndex(where: { $0 > 0 }) else { return nil }
        var visited: Set<Int> = []
        while visited.insert(index).inserted {
            guard let before = predecessors[index].filter({ waiting[$0] > 0 }).min() else { break }
            index = before
        }
        return self[index]
    }
}
