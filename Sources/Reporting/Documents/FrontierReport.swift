/// The outcome of a frontier run: several sizes of one model, each with its measured loss.
///
/// Losses are means over samples in nats; times are in the unit that the field's name ends in.
public struct FrontierReport: Codable, Sendable, Hashable {
    /// A figure before and after.
    public typealias Change = CompressionReport.Change
    /// As in a compression.
    public typealias Metric = CompressionReport.Metric
    /// As in a compression.
    public typealias Accuracy = CompressionReport.Accuracy
    /// As in a compression.
    public typealias CalibratedLoss = CompressionReport.CalibratedLoss
    /// As in a compression.
    public typealias Samples = CompressionReport.Samples
    /// As in a compression.
    public typealias Seconds = CompressionReport.Seconds

    /// The model as it was given.
    public struct Original: Codable, Sendable, Hashable {
        /// Numbers in the weights.
        public var parameters: Int
        /// Multiply-accumulates per sample; absent where shapes are not known.
        public var macs: Int?
        /// The size of its files.
        public var bytes: Int
        /// Absent where it was not timed.
        public var latencyMs: Double?

        /// Sets every field.
        public init(parameters: Int, macs: Int?, bytes: Int, latencyMs: Double?) {
            self.parameters = parameters
            self.macs = macs
            self.bytes = bytes
            self.latencyMs = latencyMs
        }
    }

    /// The point's mean loss minus the original's, sample by sample, on the select set.
    public struct SelectLoss: Codable, Sendable, Hashable {
        /// Below 0 is better than the original.
        public var difference: Double
        /// Of the difference.
        public var standardError: Double

        /// Sets every field.
        public init(difference: Double, standardError: Double) {
            self.difference = difference
            self.standardError = standardError
        }
    }

    /// The paired loss on the certify set.
    public struct CertifiedLoss: Codable, Sendable, Hashable {
        /// How many there were.
        public var samples: Int
        /// The original's mean.
        public var before: Double
        /// The point's mean.
        public var after: Double
        /// After minus before.
        public var difference: Double
        /// Of the difference.
        public var standardError: Double
        /// One-sided, 95 % confidence.
        public var upperBound95: Double

        /// Sets every field.
        public init(samples: Int, before: Double, after: Double, difference: Double, standardError: Double, upperBound95: Double) {
            self.samples = samples
            self.before = before
            self.after = after
            self.difference = difference
            self.standardError = standardError
            self.upperBound95 = upperBound95
        }
    }

    /// What a point costs.
    public struct Loss: Codable, Sendable, Hashable {
        /// On the samples that choices were made with.
        public var select: SelectLoss
        /// Absent for a point that was not certified.
        public var certify: CertifiedLoss?

        /// Sets every field.
        public init(select: SelectLoss, certify: CertifiedLoss?) {
            self.select = select
            self.certify = certify
        }
    }

    /// One size of the model.
    public struct Point: Codable, Sendable, Hashable {
        /// The file written; absent where none was.
        public var name: String?
        /// Numbers in the weights.
        public var parameters: Int
        /// Parameters over those of the original.
        public var keptShare: Double
        /// Multiply-accumulates per sample; absent where shapes are not known.
        public var macs: Int?
        /// The original's and the point's; absent where they were not timed.
        public var latencyMs: CompressionReport.Latency?
        /// Against the original.
        public var loss: Loss
        /// What the task is usually judged by; absent where the loss is all there is.
        public var metric: Metric?
        /// The share of right answers; absent where answers are not right or wrong.
        public var accuracy: Accuracy?
        /// The loss at each model's best temperature; absent where the model does not choose among classes.
        public var calibrated: CalibratedLoss?
        /// The share of answers that are not the original's; absent where answers are not right or wrong.
        public var disagreement: Double?
        /// `better`, `lossless` or `not-met`; absent for a point that was not certified.
        public var verdict: String?
        /// Predicted change of the mean loss.
        public var predicted: Double?

        /// Sets every field.
        public init(
            name: String?, parameters: Int, keptShare: Double, macs: Int?, latencyMs: CompressionReport.Latency?, loss: Loss,
            metric: Metric?,
            accuracy: Accuracy? = nil, calibrated: CalibratedLoss? = nil, disagreement: Double? = nil, verdict: String?, predicted: Double?
        ) {
            self.name = name
            self.parameters = parameters
            self.keptShare = keptShare
            self.macs = macs
            self.latencyMs = latencyMs
            self.loss = loss
            self.metric = metric
            self.accuracy = accuracy
            self.calibrated = calibrated
            self.disagreement = disagreement
            self.verdict = verdict
            self.predicted = predicted
        }
    }

    /// Names the form of the JSON, and counts its changes.
    public var schema = "jointrank.frontier/1"
    /// Of the program that made the report.
    public var version: String
    /// The model's path, as it was given.
    public var model: String
    /// How components and ranks were chosen.
    public var method: String
    /// What the points save: `size`, `macs`, `latency` or `balanced`.
    public var optimize: String
    /// The model as it was given.
    public var original: Original
    /// How many samples there were for what.
    public var samples: Samples
    /// From the largest to the smallest.
    public var points: [Point]
    /// Index into `points`; absent where no point is lossless.
    public var smallestLossless: Int?
    /// How long it took.
    public var seconds: Seconds
    /// Peak resident memory of the process.
    public var peakMemoryMiB: Double
    /// Of the splits and of the drawn output directions.
    public var seed: UInt64
    /// Threads that worked on one operator.
    public var threads: Int
    /// What the user should know: what the data allow to say, why points are missing.
    public var notes: [String]

    /// Sets every field.
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
