internal import Calibration

extension LoadedModel {
    /// Enough to tell a model that was fed wrongly.
    private static let mostSamples = 64

    /// See ``SampleAdvice/doubt(_:of:)``.
    ///
    /// - Parameter samples: of which a few are looked at.
    func doubt(on samples: SampleSource, _ options: DataOptions) throws -> String? {
        let first = try samples.split(counts: [min(samples.count, LoadedModel.mostSamples)], seed: 0)[0]
        let evaluator = try evaluator(of: first, options)
        return SampleAdvice.doubt(try evaluator.evaluate(session), of: evaluator.output)
    }
}
