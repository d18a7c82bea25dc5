public import Reporting

extension Compressor {
    /// ``compress(progress:)`` as a sequence of events, off the calling thread.
    public func events() -> WorkEvents<CompressionReport> {
        WorkEvents { progress throws(JointRankError) in try compress(progress: progress) }
    }
}

extension Evaluator {
    /// ``evaluate(model:on:against:progress:)`` as a sequence of events, off the calling thread.
    public func events(model: String, on file: String, against other: String? = nil) -> WorkEvents<EvaluationReport> {
        WorkEvents { progress throws(JointRankError) in try evaluate(model: model, on: file, against: other, progress: progress) }
    }
}

extension FrontierExplorer {
    /// ``explore(progress:)`` as a sequence of events, off the calling thread.
    public func events() -> WorkEvents<FrontierReport> {
        WorkEvents { progress throws(JointRankError) in try explore(progress: progress) }
    }
}

extension SensitivityAnalysis {
    /// ``run(progress:)`` as a sequence of events, off the calling thread.
    public func events() -> WorkEvents<SensitivityReport> {
        WorkEvents { progress throws(JointRankError) in try run(progress: progress) }
    }
}

extension CalibrationPhase {
    /// ``run(writing:progress:)`` as a sequence of events, off the calling thread.
    public func events(writing path: String) -> WorkEvents<CalibrationSummary> {
        WorkEvents { progress throws(JointRankError) in try run(writing: path, progress: progress) }
    }
}

extension PlanPhase {
    /// ``run(writing:progress:)`` as a sequence of events, off the calling thread.
    public func events(writing path: String) -> WorkEvents<PlanSummary> {
        WorkEvents { progress throws(JointRankError) in try run(writing: path, progress: progress) }
    }
}

extension VerifyPhase {
    /// ``run(on:progress:)`` as a sequence of events, off the calling thread.
    public func events(on path: String) -> WorkEvents<CompressionReport> {
        WorkEvents { progress throws(JointRankError) in try run(on: path, progress: progress) }
    }
}
