extension GraphPatch {
    /// Checks that the patch fits a graph: everything used is defined before, values have single producers, the graph's outputs are still
    /// produced, values that stay keep their type and shape as far as known, new initializers' data agree with their shapes.
    ///
    /// - Parameter types: of values of the graph, where more is known than it states itself.
    package func check(against graph: GraphProto, types: [String: TensorType] = [:]) throws(PatchError) {
        _ = try patched(graph, types: types)
    }

    /// The model with the patch applied.
    ///
    /// - Throws: ``ModelError/invalidPatch(_:)`` where ``check(against:types:)`` fails, or a new node needs operators that the
    ///   model does not import.
    package func apply(to model: Model, types: [String: TensorType] = [:]) throws(ModelError) -> Model {
        var proto = model.proto
        do {
            try checkDomains(imported: proto.opsetImport)
            proto.graph = try patched(proto.graph, types: types)
            if proto.irVersion < 4 { try checkInitializersAreInputs(of: proto.graph) }
        } catch {
            throw .invalidPatch(error)
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { proto.metadataProps.set(key, to: value) }
        // A patch that changes nothing leaves the model its original bytes.
        guard !isEmpty else { return model }
        var result = model
        result.proto = proto
        return result
    }

    private func checkDomains(imported: [OperatorSetIdProto]) throws(PatchError) {
        let domains = Set(imported.map { $0.isDefaultDomain ? "" : $0.domain })
        for node in replacements.lazy.flatMap(\.nodes) where !domains.contains(node.isInDefaultDomain ? "" : node.domain) {
            throw .domainNotImported(node.domain, node: node.displayName)
        }
    }

    private func checkInitializersAreInputs(of graph: GraphProto) throws(PatchError) {
        let inputs = Set(graph.input.map(\.name))
        for tensor in initializers where !inputs.contains(tensor.name) { throw .initializerWithoutInput(tensor.name) }
    }

    /// The graph with the patch applied, checked.
    private func patched(_ graph: GraphProto, types: [String: TensorType]) throws(PatchError) -> GraphProto {
        let known = graph.declaredTypes.merging(types) { _, given in given }
        var patched = graph
        patched.node = try replacingNodes(of: graph)
        try addInitializers(to: &patched, known: known)
        patched.removeUnused(removableValues)
        try setValueInfo(of: &patched, known: known)
        do throws(GraphError) {
            try patched.validate()
        } catch {
            throw .graph(error)
        }
        try checkTypes(of: patched, known: known)
        return patched
    }

    private func replacingNodes(of graph: GraphProto) throws(PatchError) -> [NodeProto] {
        guard !replacements.isEmpty else { return graph.node }
        var producers: [String: Int] = [:]
        for (index, node) in graph.node.enumerated() {
            for name in node.output where !name.isEmpty { producers[name] = index }
        }
        var substitutes: [Int: [NodeProto]] = [:]
        for replacement in replacements {
            let position =
                switch replacement.node {
                case .index(let index): graph.node.indices.contains(index) ? index : nil
                case .producer(let value): producers[value]
                }
            guard let position else { throw .noSuchNode(replacement.node) }
            guard substitutes.updateValue(replacement.nodes, forKey: position) == nil else {
                throw .nodeReplacedTwice(node: graph.node[position].displayName)
            }
        }
        return graph.node.enumerated().flatMap { index, node in substitutes[index] ?? [node] }
    }

    private func addInitializers(to graph: inout GraphProto, known: [String: TensorType]) throws(PatchError) {
        let positions = Dictionary(graph.initializer.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        var added: Set<String> = []
        for tensor in initializers {
            guard added.insert(tensor.name).inserted else { throw .duplicateInitializer(tensor.name) }
            do throws(ModelError) {
                guard !tensor.name.isEmpty else { throw tensor.invalid("it has no name") }
                try tensor.checkStorage()
            } catch {
                throw .invalidInitializer(tensor.name, reason: "\(error)")
            }
            guard let position = positions[tensor.name] else {
                graph.initializer.append(tensor)
                continue
            }
            if let old = known[tensor.name], let new = TensorType(tensor), old != new {
                throw .typeChanged(value: tensor.name, from: old, to: new)
            }
            graph.initializer[position] = tensor
        }
    }

    /// States the types of values in between; what the graph's inputs and outputs say of themselves stays.
    private func setValueInfo(of graph: inout GraphProto, known: [String: TensorType]) throws(PatchError) {
        guard !valueInfo.isEmpty else { return }
        let boundary = Set((graph.input + graph.output).map(\.name))
        let values = Set(graph.node.lazy.flatMap(\.output)).union(graph.initializer.lazy.map(\.name))
        var positions = Dictionary(graph.valueInfo.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        for info in valueInfo {
            guard boundary.contains(info.name) || values.contains(info.name) else { throw .unknownValue(info.name) }
            if let old = known[info.name], let new = TensorType(info), !old.isCompatible(with: new) {
                throw .typeChanged(value: info.name, from: old, to: new)
            }
            if boundary.contains(info.name) { continue }
            if let position = positions[info.name] {
                graph.valueInfo[position] = info
            } else {
                positions[info.name] = graph.valueInfo.count
                graph.valueInfo.append(info)
            }
        }
    }

    /// Follows types through the new nodes, as far as their operators are known here, to where the rest of the graph takes over.
    private func checkTypes(of graph: GraphProto, known: [String: TensorType]) throws(PatchError) {
        let new = Set(replacements.lazy.flatMap(\.nodes).flatMap(\.output))
        guard !new.isEmpty else { return }
        var types = known
        for tensor in initializers { types[tensor.name] = TensorType(tensor) }
        for info in valueInfo { types[info.name] = types[info.name] ?? TensorType(info) }
        for node in graph.node {
            guard let output = node.optionalOutput(0), new.contains(output), let result = node.resultType(types) else { continue }
            if let old = types[output], !old.isCompatible(with: result) {
                throw .typeChanged(value: output, from: old, to: result)
            }
            types[output] = types[output] ?? result
        }
    }
}

extension GraphProto {
    /// Removes those of the named initializers and node outputs that nothing uses, repeatedly: what only a removed node used goes
    /// as well if it is named.
    fileprivate mutating func removeUnused(_ names: [String]) {
        guard !names.isEmpty else { return }
        let removable = Set(names)
        var uses: [String: Int] = [:]
        var producers: [String: Int] = [:]
        for (index, node) in node.enumerated() {
            for name in node.usedValues { uses[name, default: 0] += 1 }
            for name in node.output where !name.isEmpty { producers[name] = index }
        }
        for value in output { uses[value.name, default: 0] += 1 }

        var removedNodes: Set<Int> = []
        var removedValues: Set<String> = []
        var waiting = names
        while let name = waiting.popLast() {
            guard uses[name, default: 0] == 0, !removedValues.contains(name) else { continue }
            guard let index = producers[name] else {
                removedValues.insert(name)
                continue
            }
            let outputs = node[index].output.filter { !$0.isEmpty }
            guard outputs.allSatisfy({ removable.contains($0) && uses[$0, default: 0] == 0 }) else { continue }
            removedNodes.insert(index)
            removedValues.formUnion(outputs)
            for used in node[index].usedValues {
                uses[used, default: 0] -= 1
                if removable.contains(used) { waiting.append(used) }
            }
        }
        guard !removedValues.isEmpty else { return }
        let initializers = Set(initializer.lazy.map(\.name)).union(sparseInitializer.lazy.map(\.values.name))
        node = node.enumerated().filter { !removedNodes.contains($0.offset) }.map(\.element)
        initializer.removeAll { removedValues.contains($0.name) }
        sparseInitializer.removeAll { removedValues.contains($0.values.name) }
        input.removeAll { removedValues.contains($0.name) && initializers.contains($0.name) }
        valueInfo.removeAll { removedValues.contains($0.name) }
        quantizationAnnotation.removeAll { removedValues.contains($0.tensorName) }
    }
}
