internal import Search

/// What follows from the limits that are given, and from those that are not.
extension CompressionOptions {
    /// Whether ranks or a size were asked for, which are then written whatever they cost, where no limit was given.
    private var asksForSize: Bool { mode == .lossless && !targets.isEmpty || !forcedRanks.isEmpty }

    private var hasLimit: Bool { tolerance != nil || maximumDrop != nil }

    /// Whether the result is written even where it is worse.
    var writesWhateverItCosts: Bool { asksForSize && !hasLimit }

    /// Whether the drop that `compact` stands for counts.
    var takesUsualDrop: Bool { mode == .compact && forcedRanks.isEmpty && !hasLimit && data.loss.hasUsualDrop }

    /// What counts where nothing was given, and there is no metric whose usual drop is enough: that the loss does not rise.
    var impliedTolerance: Double? {
        mode == .compact && forcedRanks.isEmpty && !hasLimit && !data.loss.hasUsualDrop ? 0 : nil
    }

    /// - Throws: ``JointRankError`` where `--max-drop` is given and there is nothing that it could be of.
    func checkDrop() throws(JointRankError) {
        guard maximumDrop != nil, !data.loss.hasDrop else { return }
        throw JointRankError(
            .usage,
            "--max-drop bounds the fall of accuracy, F1 or correlation, or the rise of perplexity, which --loss \(data.loss.description) does not have: give a "
                + "--tolerance, a rise of the mean loss")
    }
}

extension LossOption {
    /// Whether there is a metric by labels that may drop.
    var hasDrop: Bool { !dropMetrics.isEmpty }

    /// Whether there are right answers, whose share is all that matters. A correlation alone is not enough: it stays high where all values are too large.
    var hasUsualDrop: Bool { self == .crossEntropy || self == .multiLabel }
}
