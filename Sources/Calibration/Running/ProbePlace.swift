package import ONNXModel
package import OnnxRuntimeEngine
package import Tensors

/// Where graphs that collect statistics and gates run.
///
/// Such a graph uses weights both ways, forwards and backwards, as few models do, and a mistake in it would go into every decision that
/// follows. So a provider has to give the CPU's values for one batch; a graph that it fails on runs on the CPU.
package struct ProbePlace {
    package let provider: ExecutionProvider
    /// Whether to look how much of the graph the provider takes, which builds the graph once or twice more.
    private let asksPlacement: Bool
    private let told: (ProviderFinding) -> Void

    /// The CPU, of which there is nothing to find.
    package static var cpu: ProbePlace { ProbePlace(.cpu, asksPlacement: false) { _ in } }

    /// - Parameter told: called for what is found of each graph.
    package init(_ provider: ExecutionProvider, asksPlacement: Bool, told: @escaping (ProviderFinding) -> Void) {
        self.provider = provider
        self.asksPlacement = asksPlacement
        self.told = told
    }

    /// The session of a graph.
    ///
    /// - Parameters:
    ///   - options: whose provider does not count.
    ///   - outputs: those that matter; nil for all.
    ///   - inputs: of one batch.
    /// - Throws: what building and running the graph on the CPU throw, and what `inputs` does.
    package func session(
        of model: Model, options: SessionOptions, outputs: [String]? = nil, trying inputs: () throws -> [String: Tensor]
    ) throws -> Session {
        let processor = try Session(of: model, options: options)
        guard provider != .cpu else { return processor }
        var options = options
        options.provider = provider
        let inputs = try inputs()
        do {
            let session = try Session(of: model, options: options)
            let difference = try ValueDifference(
                of: session.run(inputs, outputs: outputs), from: processor.run(inputs, outputs: outputs))
            guard difference.isRounding else {
                told(.difference(provider, share: difference.share, isReplaced: true))
                return processor
            }
            if asksPlacement { told(.placement(try Placement(of: model, options: options))) }
            return session
        } catch EngineError.runtime(_, let reason) {
            told(.refusal(provider, reason: reason))
            return processor
        }
    }
}
