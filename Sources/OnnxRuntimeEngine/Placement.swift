/// How much of a graph a provider runs; the processor runs the rest.
package struct Placement: Sendable, Hashable {
    package let provider: ExecutionProvider
    /// Whether nothing is left to the processor.
    package let isWhole: Bool
    /// The provider's nodes and all nodes; nil where the runtime does not say, as before version 1.24, and where none is left.
    package let nodes: Nodes?

    /// Counted after the runtime's own rewrites of the graph.
    package struct Nodes: Sendable, Hashable {
        package let own: Int
        package let all: Int

        /// - Parameter counts: by what ONNX Runtime calls the providers.
        init(_ counts: [String: Int], of provider: ExecutionProvider) {
            own = counts.filter { provider.isCalled($0.key) }.values.reduce(0, +)
            all = counts.values.reduce(0, +)
        }
    }

    /// Looks at a graph that a session can be built of, with the session's options. Builds up to two sessions, which are not kept.
    ///
    /// - Parameter build: builds a session with options.
    /// - Throws: what `build` throws, unless it is that something is left to the processor.
    package init(_ options: SessionOptions, building build: (SessionOptions) throws -> Session) throws {
        provider = options.provider
        var options = options
        options.leavesRestToProcessor = false
        do {
            if options.provider != .cpu { _ = try build(options) }
            isWhole = true
            nodes = nil
        } catch EngineError.leftToProcessor {
            isWhole = false
            options.leavesRestToProcessor = true
            options.recordsPlacement = true
            let counts = try build(options).nodesByProvider
            nodes = counts.map { Nodes($0, of: options.provider) }
        }
    }

    /// As in "OpenVINO runs only a part of 'model.onnx' (7 of 9 nodes); the rest runs on the CPU"; nil where nothing is left.
    ///
    /// - Parameter graph: what it is called.
    package func warning(of graph: String) -> String? {
        guard !isWhole else { return nil }
        if let nodes, nodes.own == 0 { return "\(provider.name) runs nothing of \(graph); all of it runs on the CPU" }
        let share = nodes.map { " (\($0.own) of \($0.all) nodes)" } ?? ""
        return "\(provider.name) runs only a part of \(graph)\(share); the rest runs on the CPU"
    }
}
