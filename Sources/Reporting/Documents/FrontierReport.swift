/// The outcome of a frontier run: several sizes of one model, each with its measured loss.
///
/// Losses are means over samples in nats; times are in the unit that the field's name ends in.
public struct FrontierReport: Codable, Sendable, Hashable {
    public typealias Change = CompressionReport.Change
    public typealias Metric = CompressionReport.Metric
    public typealias Samples = CompressionReport.Samples
    public typealias Seconds = CompressionReport.Seconds

    /// The model as it was given.
    public struct Original: Codable, Sendable, Hashable {
        public var parameters: Int
        /// Multiply-accumulates per sample; absent where shapes are not known.
        public var macs: Int?
        public var bytes: Int
        public var latencyMs: Double?

        public init(parameters: Int, macs: Int?, bytes: Int, latencyMs: Double?) {
            self.parameters = parameters
            self.macs = macs
            self.bytes = bytes
            self.latencyMs = latencyMs
        }
    }

    /// The point's mean loss minus the original's, sample by sample, on the select set.
    public struct SelectLoss: Codable, Sendable, Hashable {
        public var difference: Double
        public var standardError: Double

        public init(difference: Double, standardError: Double) {
            self.difference = difference
            self.standardError = standardError
        }
    }

    /// The paired loss on the certify set.
    public struct CertifiedLoss: Codable, Sendable, Hashable {
        public var samples: Int
        public var before: Double
        public var after: Double
        public var difference: Double
        public var standardError: Double
        /// One-sided, 95 % confidence.
        public var upperBound95: Double

        public init(samples: Int, before: Double, after: Double, difference: Double, standardError: Double, upperBound95: Double) {
            self.samples = samples
            self.before = before
            self.after = after
            self.difference = difference
            self.standardError = standardError
            self.upperBound95 = upperBound95
        }
    }

    public struct Loss: Codable, Sendable, Hashable {
        public var select: SelectLoss
        /// Absent for a point that was not certified.
        public var certify: CertifiedLoss?

        public init(select: SelectLoss, certify: CertifiedLoss?) {
            self.select = select
            self.certify = certify
        }
    }

    /// One size of the model.
    public struct Point: Codable, Sendable, Hashable {
        /// The file written; absent where none was.
        public var name: String?
        public var parameters: Int
        /// Parameters over those of the original.
        public var keptShare: Double
        /// Multiply-accumulates per sample; absent where shapes are not known.
        public var macs: Int?
        public var latencyMs: Change<Double>?
        public var loss: Loss
        public var metric: Metric?
        /// `better`, `lossless` or `not-met`; absent for a point that was not certified.
        public var verdict: String?
        /// Predicted change of the mean loss.
        public var predicted: Double?

        public init(
            name: String?, parameters: Int, keptShare: Double, macs: Int?, latencyMs: Change<Double>?, loss: Loss, metric: Metric?,
            verdict: String?, predicted: Double?
        ) {
            self.name = name
            self.parameters = parameters
            self.keptShare = keptShare
            self.macs = macs
            self.latencyMs = latencyMs
            self.loss = loss
            self.metric = metric
            self.verdict = verdict
            self.predicted = predicted
        }
    }

    public var schema = "jointrank.frontier/1"
    public var version: String
    public var model: String
    public var method: String
    /// What the points save: `size`, `latency` or `both`.
    public var optimize: String
    public var original: Original
    public var samples: Samples
    public var points: [Point]
    /// Index into `points`; absent where no point is lossless.
    public var smallestLossless: Int?
    public var seconds: Seconds
    /// Peak resident memory of the process.
    public var peakMemoryMiB: Double
    public var seed: UInt64
    public var threads: Int
    /// What the user should know: what the data allow to say, why points are missing.
    public var notes: [String]

    public init(
        version: String, model: String, method: String, optimize: String, original: Original, samples: Samples, points: [Point],
        smallestLossless: Int?, seconds: Seconds, peakMemoryMiB: Double, seed: UInt64, threads: Int, notes: [String]
    ) {
        self.version = version
        self.model = model
        self.method = method
        self.optimize = optimize
        self.original = original
        self.samples = samples
        self.points = points
        self.smallestLossless = smallestLossless
        self.seconds = seconds
        self.peakMemoryMiB = peakMemoryMiB
        self.seed = seed
        self.threads = threads
        self.notes = notes
    }
}
