internal import Calibration
internal import Reporting

/// Three disjoint sets of samples: to fit sensitivities on, to select among plans with, and to certify the result with.
struct SampleSplit: Sendable {
    let fit: SampleSource
    let select: SampleSource
    let certify: SampleSource
    /// Where the certify set came from, in words.
    let certifySource: String
    /// The certify set's share of its file.
    let certifyShare: Double
    /// What the user should know of how the files were understood.
    let remarks: [String]

    /// Below this, a bound on a mean says nothing.
    private static let fewest = 8

    /// Without a holdout, a seeded quarter of the calibration samples is set aside; with one, four fifths of them fit.
    init(model: LoadedModel, options: CompressionOptions, progress: ProgressHandler?) throws {
        let all = try model.samples(from: options.calibration, options.data, progress)
        guard all.count >= SampleSplit.fewest else {
            throw JointRankError(
                .badInput,
                "'\(options.calibration)' has \(all.count) samples, but at least \(SampleSplit.fewest) are needed to fit and select")
        }
        if let holdout = options.holdout {
            let fit = 4 * all.count / 5
            let parts = try all.split(counts: [fit, all.count - fit], seed: options.seed)
            (self.fit, select) = (parts[0], parts[1])
            certify = try model.samples(from: holdout, options.data, progress)
            remarks = all.remarks + certify.remarks
            certifyShare = 1
            certifySource = "all of '\(holdout)'"
            guard certify.count >= 2 else {
                throw JointRankError(.badInput, "'\(holdout)' has \(certify.count) sample, but a bound needs at least 2")
            }
        } else {
            let quarter = all.count / 4
            let parts = try all.split(counts: [all.count - 2 * quarter, quarter, quarter], seed: options.seed)
            (fit, select, certify) = (parts[0], parts[1], parts[2])
            remarks = all.remarks
            certifyShare = 0.25
            certifySource = "a quarter of '\(options.calibration)', set aside with seed \(options.seed)"
        }
        // Before the long work; with more samples, reports may say so where this does not.
        if let doubt = try model.doubt(on: fit, options.data) {
            progress?(Progress(stage: "warning: \(doubt)", completed: 0, total: nil))
        }
    }
}
