extension CompressionReport {
    /// Keeps the words of the command that ran, also in what is to be repeated.
    public mutating func tell(command words: [String]) {
        command = words
        retry = retry?.repeating(words)
    }

    /// How far the model's own first metric may fall.
    public struct MaximumDrop: Codable, Sendable, Hashable {
        /// The metric: the share of right answers under its name, or `perplexity`.
        public var metric: String
        /// A share of all answers (points over 100) by which they may become fewer, or of the perplexity, by which it may rise.
        public var value: Double
        /// Whether it is what the mode stands for, and nobody has asked for it.
        public var isDefault: Bool

        /// Sets every field.
        public init(metric: String, value: Double, isDefault: Bool) {
            self.metric = metric
            self.value = value
            self.isDefault = isDefault
        }
    }

    /// Limits with which a size would pass, none of them stricter than what was asked for.
    public struct MildestLimits: Codable, Sendable, Hashable {
        /// As ``MaximumDrop/value``; absent where there is no such metric.
        public var maximumDrop: Double?
        /// The rise of the mean loss; absent where it has no limit of its own.
        public var tolerance: Double?

        /// Sets every field.
        public init(maximumDrop: Double?, tolerance: Double?) {
            self.maximumDrop = maximumDrop
            self.tolerance = tolerance
        }

        /// As the command takes them.
        public var options: [String] {
            (maximumDrop.map { ["--max-drop", NumberText.percentOption($0)] } ?? [])
                + (tolerance.map { ["--tolerance", NumberText.plain($0)] } ?? [])
        }
    }

    /// How the share of right answers changed on the select set.
    public struct ExpectedAccuracy: Codable, Sendable, Hashable {
        /// Of the metric.
        public var name: String
        /// After minus before, each sample counting the same.
        public var difference: Double
        /// Of the difference, as if one more sample had changed.
        public var standardError: Double
        /// The bound of the fall that the certify set is expected to show.
        public var fallUpperBound95: Double

        /// Sets every field.
        public init(name: String, difference: Double, standardError: Double, fallUpperBound95: Double) {
            self.name = name
            self.difference = difference
            self.standardError = standardError
            self.fallUpperBound95 = fallUpperBound95
        }
    }

    /// What the select set lets expect of the certify set, which is of a size of its own.
    public struct Expectation: Codable, Sendable, Hashable {
        /// The bound of the loss's change.
        public var lossUpperBound95: Double
        /// Absent where answers are not right or wrong.
        public var accuracy: ExpectedAccuracy?
        /// The mildest limits with which the size would be chosen, and is likely to pass.
        public var passesWith: MildestLimits

        /// Sets every field.
        public init(lossUpperBound95: Double, accuracy: ExpectedAccuracy?, passesWith: MildestLimits) {
            self.lossUpperBound95 = lossUpperBound95
            self.accuracy = accuracy
            self.passesWith = passesWith
        }
    }

    /// How to get something where nothing was acceptable: the mildest limits with which a size is likely to pass.
    public struct Retry: Codable, Sendable, Hashable {
        /// More than was asked for.
        public var limits: MildestLimits
        /// Parameters over those of the original.
        public var keptShare: Double
        /// The words of the command that ran, with these limits; absent where the library was called.
        public var command: [String]?
        /// The folder that keeps the work, from which that command goes on; absent where none is kept.
        public var work: String?

        /// Sets every field.
        public init(limits: MildestLimits, keptShare: Double, command: [String]? = nil, work: String? = nil) {
            self.limits = limits
            self.keptShare = keptShare
            self.command = command
            self.work = work
        }

        /// The same with the command that is to be repeated.
        ///
        /// - Parameter words: of the command that ran.
        public func repeating(_ words: [String]) -> Retry {
            var retry = self
            var rest: [String] = []
            var isValue = false
            for word in words {
                if isValue {
                    isValue = false
                } else if word == "--max-drop" || word == "--tolerance" {
                    isValue = true
                } else if word != "--restart", !word.hasPrefix("--max-drop="), !word.hasPrefix("--tolerance=") {
                    rest.append(word)
                }
            }
            retry.command = rest + limits.options
            return retry
        }
    }
}

extension CompressionReport.Walk {
    /// The mildest limits that are more than what was asked for, and the size that is likely to pass with them; nil where there is none.
    ///
    /// - Parameter asked: what did not do.
    package func retry(beyond asked: CompressionReport.MildestLimits) -> CompressionReport.Retry? {
        let candidates = points.compactMap { point -> CompressionReport.Retry? in
            guard let limits = point.expected?.passesWith, point.isSmallEnough ?? true else { return nil }
            let isMore =
                limits.maximumDrop ?? 0 > asked.maximumDrop ?? -1 && limits.maximumDrop != nil
                || limits.tolerance ?? 0 > asked.tolerance ?? -1 && limits.tolerance != nil
            // Nobody could mean a drop of nearly everything.
            return isMore && limits.maximumDrop ?? 0 < 0.99 ? .init(limits: limits, keptShare: point.keptShare) : nil
        }
        func key(_ retry: CompressionReport.Retry) -> [Double] {
            [retry.limits.maximumDrop ?? 0, retry.limits.tolerance ?? 0, retry.keptShare]
        }
        return candidates.min { key($0).lexicographicallyPrecedes(key($1)) }
    }
}
