package import ONNXModel

/// Brings a model to the operator forms that the gradient rules are written for.
///
/// The result computes the same, for private use: a model that goes to a user keeps its own operator set. Every value that something
/// uses keeps its name. Nodes that the adapters add bring values of their own, whose types are only known in the upgraded model.
package enum OpsetUpgrade {
    /// The operator set (of the default domain) of upgraded models.
    package static let targetVersion = 18
    /// The oldest operator set that is understood.
    static let oldestVersion = 7
    /// The format version that introduced ``targetVersion``.
    private static let targetFormat: Int64 = 8
    /// From this format version on, an initializer that is no graph input is a constant; before, every one had to be an input.
    private static let formatWithConstantInitializers: Int64 = 4

    /// The model at ``targetVersion``, functions and subgraphs included; a model that is there or beyond comes back as it is.
    ///
    /// - Throws: ``OpsetUpgradeError/version(_:)`` for operator sets before 7, and
    ///   ``OpsetUpgradeError/noCounterpart(operatorName:node:reason:)``.
    package static func upgraded(_ model: ModelProto) throws(OpsetUpgradeError) -> ModelProto {
        let version = try version(in: model.opsetImport)
        guard version < targetVersion else { return model }

        var result = model
        var names = model.graph.allNames
        for function in model.functions {
            names.formUnion(function.node.flatMap { $0.input + $0.output + [$0.name] })
        }
        var upgrade = NodeUpgrade(from: version, avoiding: names)
        upgrade.observe(model.graph)
        result.graph = try upgrade.upgraded(model.graph)
        result.opsetImport = atTarget(model.opsetImport)

        for index in model.functions.indices {
            let function = model.functions[index]
            guard let version = try? Self.version(in: function.opsetImport), version < targetVersion else { continue }
            var upgrade = NodeUpgrade(from: version, avoiding: names)
            upgrade.observe(function)
            result.functions[index].node = try upgrade.upgraded(function.node)
            result.functions[index].opsetImport = atTarget(function.opsetImport)
        }

        if model.irVersion < formatWithConstantInitializers {
            let initializers = Set(model.graph.initializer.map(\.name))
            result.graph.input.removeAll { initializers.contains($0.name) }
        }
        result.irVersion = max(model.irVersion, targetFormat)
        return result
    }

    private static func version(in imports: [OperatorSetIdProto]) throws(OpsetUpgradeError) -> Int {
        guard let version = imports.first(where: isDefaultDomain)?.version else { throw .version(nil) }
        guard version >= oldestVersion else { throw .version(Int(version)) }
        return Int(version)
    }

    private static func atTarget(_ imports: [OperatorSetIdProto]) -> [OperatorSetIdProto] {
        var imports = imports
        for index in imports.indices where isDefaultDomain(imports[index]) { imports[index].version = Int64(targetVersion) }
        return imports
    }

    private static func isDefaultDomain(_ set: OperatorSetIdProto) -> Bool {
        set.domain.isEmpty || set.domain == "ai.onnx"
    }
}
