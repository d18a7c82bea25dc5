internal import Calibration
internal import Digests
internal import Reporting

/// Three disjoint sets of samples: to fit sensitivities on, to select among plans with, and to certify the result with.
struct SampleSplit: Sendable {
    private(set) var fit: SampleSource
    let select: SampleSource
    let certify: SampleSource
    /// The samples to fit and select with, of which is wanted what the original says; nil where the search goes by their labels. Unlabelled
    /// ones are fitted on as well.
    private(set) var fidelity: (fit: SampleSource, select: SampleSource)?
    /// Unlabelled samples that are fitted on.
    private var unlabelledCount = 0
    /// Where the certify set came from, in words.
    let certifySource: String
    /// The certify set's share of its file.
    let certifyShare: Double
    /// What the user should know of how the files were understood.
    private(set) var remarks: [String]

    /// Those to fit and those to select with together, and the same ones wanting what the original says; nil where there are enough to fit.
    private var whole: (fit: SampleSource, fidelity: SampleSource?)?

    /// The same samples, those to select with being fitted on as well; nil where there are enough without.
    var learningFromSelect: SampleSplit? {
        guard let whole else { return nil }
        var split = self
        (split.fit, split.whole) = (whole.fit, nil)
        split.fidelity = fidelity.flatMap { parts in whole.fidelity.map { ($0, parts.select) } }
        return split
    }

    /// How many samples each set has.
    var counts: CompressionReport.Samples {
        .init(fit: fit.count, unlabelled: unlabelledCount > 0 ? unlabelledCount : nil, select: select.count, certify: certify.count)
    }

    /// Below this, a bound on a mean says nothing.
    private static let fewest = 8
    /// Gates are kept of each sample, and more of them say nothing new.
    private static let mostUnlabelled = 4096
    /// From so many on, moments take no more of them.
    private static let enough = StatisticsSweep.mostSamples

    /// Without a holdout, a seeded quarter of the calibration samples is set aside; with one, four fifths of them fit.
    ///
    /// - Parameter asksOriginal: whether a search follows, for which the original has to be asked what it says of the samples.
    static func reading(for model: LoadedModel, asksOriginal: Bool = true, _ run: Run) throws -> SampleSplit {
        let (options, progress) = (run.options, run.progress)
        let all = try model.samples(from: options.calibration, options.data, progress)
        guard all.count >= SampleSplit.fewest else {
            throw JointRankError(
                .badInput,
                "'\(options.calibration)' has \(all.count) samples, but at least \(SampleSplit.fewest) are needed to fit and select")
        }
        var split =
            try options.holdout.map { holdout in
                let fit = 4 * all.count / 5
                let parts = try all.split(counts: [fit, all.count - fit], seed: options.seed)
                let certify = try model.samples(from: holdout, options.data, progress)
                guard certify.count >= 2 else {
                    throw JointRankError(.badInput, "'\(holdout)' has \(certify.count) sample, but a bound needs at least 2")
                }
                return SampleSplit(
                    fit: parts[0], select: parts[1], certify: certify, certifySource: "all of '\(holdout)'", certifyShare: 1,
                    remarks: all.remarks + certify.remarks)
            } ?? quartered(all, options)
        // Before the long work; with more samples, reports may say so where this does not.
        if let doubt = try model.doubt(on: split.fit, options.data) { run.report("warning: \(doubt)") }
        // The same parts of the same samples.
        func parts(of source: SampleSource) throws -> (fit: SampleSource, select: SampleSource, both: SampleSource) {
            let (fit, select) = (split.fit.count, split.select.count)
            let rest = all.count - fit - select > 0 ? [all.count - fit - select] : []
            let apart = try source.split(counts: [fit, select] + rest, seed: options.seed)
            return (apart[0], apart[1], try source.split(counts: [fit + select] + rest, seed: options.seed)[0])
        }
        if split.fit.count + split.select.count <= enough { split.whole = (try parts(of: all).both, nil) }
        guard options.searchesByFidelity else { return split }
        guard try options.unlabelled != nil || model.canAnswer(on: all, options.data) else {
            let remark = "the search goes by the labels: what the original says of all samples would take too much memory"
            run.report("warning: \(remark)")
            split.remarks.append(remark)
            return split
        }
        let unlabelled = try options.unlabelled.map { try reading(unlabelled: $0, beside: all, for: model, run) }
        split.unlabelledCount = min(unlabelled?.count ?? 0, mostUnlabelled)
        if let unlabelled, unlabelled.count > mostUnlabelled {
            split.remarks.append("of \(unlabelled.count) unlabelled samples, \(mostUnlabelled) are used")
        }
        guard asksOriginal else { return split }
        let answered = try parts(of: all.wanting(model.answers(on: all, options.data, progress)))
        let more = try unlabelled.map {
            try subset(of: $0.wanting(model.answers(on: $0, options.data.byFidelity, progress)), seed: options.seed)
        }
        func joined(_ source: SampleSource) throws -> SampleSource { try more.map { try source.joined(with: $0) } ?? source }
        split.fidelity = (try joined(answered.fit), answered.select)
        split.whole?.fidelity = try joined(answered.both)
        return split
    }

    /// Samples to learn from as well, which must be others than those that certify.
    private static func reading(
        unlabelled file: String, beside all: SampleSource, for model: LoadedModel, _ run: Run
    ) throws -> SampleSource {
        let digest = try FileDigest.of(file)
        for other in [run.options.calibration] + [run.options.holdout].compactMap(\.self) where try FileDigest.of(other) == digest {
            throw JointRankError(.usage, "--unlabelled '\(file)' holds the same as '\(other)', whose samples certify the result")
        }
        let source = try model.samplesAlone(from: file, run.options.data.byFidelity, run.progress)
        // Whether they go together shows before the original is asked.
        _ = try all.joined(with: source)
        return source
    }

    private static func subset(of source: SampleSource, seed: UInt64) throws -> SampleSource {
        guard source.count > mostUnlabelled else { return source }
        return try source.split(counts: [mostUnlabelled, source.count - mostUnlabelled], seed: seed)[0]
    }

    /// A quarter of a file each to select and to certify, the rest to fit.
    private static func quartered(_ all: SampleSource, _ options: CompressionOptions) throws -> SampleSplit {
        let quarter = all.count / 4
        let parts = try all.split(counts: [all.count - 2 * quarter, quarter, quarter], seed: options.seed)
        return SampleSplit(
            fit: parts[0], select: parts[1], certify: parts[2],
            certifySource: "a quarter of '\(options.calibration)', set aside with seed \(options.seed)", certifyShare: 0.25,
            remarks: all.remarks)
    }
}
