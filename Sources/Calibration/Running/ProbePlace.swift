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

    /// The most that values may differ, as a share of their norm: far above what other orders of summation and rounding to fewer digits of
    /// products do, and far below what a wrong value does.
    private static let tolerance = 0.02
    /// The share of the largest norm up to which another one counts for no more than that: rounding is all of it.
    private static let negligible = 1e-6

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
            let share = try ProbePlace.difference(
                of: session.run(inputs, outputs: outputs), from: processor.run(inputs, outputs: outputs))
            guard share <= ProbePlace.tolerance else {
                told(.difference(provider, share: share))
                return processor
            }
            if asksPlacement { told(.placement(try Placement(of: model, options: options))) }
            return session
        } catch EngineError.runtime(_, let reason) {
            told(.refusal(provider, reason: reason))
            return processor
        }
    }

    /// The largest share by which one of the tensors differs in its norm; infinite where a tensor is missing or is no numbers. Tensors that
    /// are no numbers on the CPU say nothing of the provider, and small ones beside the others little.
    private static func difference(of values: [String: Tensor], from expected: [String: Tensor]) -> Double {
        var parts: [(error: Double, norm: Double)] = []
        for (name, expected) in expected {
            var own: [Double] = []
            var others: [Double] = []
            guard expected.add(to: &own), own.allSatisfy(\.isFinite) else { continue }
            guard values[name]?.add(to: &others) == true, others.count == own.count, others.allSatisfy(\.isFinite) else { return .infinity }
            parts.append((norm(zip(own, others).map { $0 - $1 }), norm(own)))
        }
        let least = negligible * (parts.map(\.norm).max() ?? 0)
        return parts.map { $0.error > 0 ? $0.error / max($0.norm, least) : 0 }.max() ?? 0
    }

    private static func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
