internal import ONNXModel
public import Reporting

/// The third phase by itself: writes the model that a plan describes. Needs no data, and judges nothing.
public struct ApplyPhase: Sendable {
    private let plan: String

    /// - Parameter plan: the file of a ``PlanPhase``, perhaps edited.
    public init(_ plan: String) {
        self.plan = plan
    }

    /// - Throws: ``JointRankError``. Nothing is written then.
    public func run(writing output: String) throws(JointRankError) -> ApplySummary {
        do {
            let stored = try StoredPlan(path: plan)
            try ReservedFiles(
                [plan, PlanFiles.factors(of: plan)] + stored.options.sampleFiles
            )
            .check(output)
            let staged = try StagedOutput(for: output, from: stored.model.model)
            try staged.write(stored.written())
            let written = try LoadedModel(path: staged.path, threads: stored.options.threads)
            try staged.commit()
            return ApplySummary(
                output: output, parameters: .init(before: stored.model.parameters, after: written.parameters),
                bytes: .init(before: stored.model.bytes, after: written.bytes))
        } catch {
            throw JointRankError(error)
        }
    }
}
