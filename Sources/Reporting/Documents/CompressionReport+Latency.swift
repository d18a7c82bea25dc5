extension CompressionReport {
    /// How long a run takes, before and after: medians of runs that were made in turn.
    public struct Latency: Codable, Sendable, Hashable {
        /// Milliseconds.
        public var before: Double
        /// Milliseconds.
        public var after: Double
        /// The median of after over before, pair by pair.
        public var ratio: Double
        /// Of the ratio.
        public var standardError: Double
        /// Samples in a run.
        public var batch: Int
        /// Threads that work on one operator.
        public var threads: Int
        /// `processor`: what the processor gave to the one thread that works; `wall`: what went by.
        public var clock: String

        /// - Parameter ratio: nil for that of the medians.
        public init(
            before: Double, after: Double, ratio: Double? = nil, standardError: Double = 0, batch: Int = 1, threads: Int = 1,
            clock: String = "wall"
        ) {
            self.before = before
            self.after = after
            self.ratio = ratio ?? after / before
            self.standardError = standardError
            self.batch = batch
            self.threads = threads
            self.clock = clock
        }
    }
}

extension CompressionReport.Latency {
    /// An error of more than 2 % of the ratio is said.
    private var isSettled: Bool { standardError <= 0.02 * ratio }

    /// `0.80 x`, with the error where the ratio is not settled.
    func ratioText(plusMinus: String) -> String {
        NumberText.finite(ratio) { NumberText.fixed($0, 2) + " x" }
            + (isSettled ? "" : " \(plusMinus) \(NumberText.finite(standardError) { NumberText.fixed($0, 2) }), not settled")
    }
}
