/// The outcome of `jointrank compress`, as `--json` prints it and `--report` stores it.
///
/// Losses are means over samples, cross-entropies in nats; times are in the unit that the field's name ends in.
public struct CompressionReport: Codable, Sendable, Hashable {
    public struct Change<Value: Codable & Sendable & Hashable>: Codable, Sendable, Hashable {
        public var before: Value
        public var after: Value

        public init(before: Value, after: Value) {
            self.before = before
            self.after = after
        }
    }

    /// The paired loss on the certify set.
    public struct Loss: Codable, Sendable, Hashable {
        public var before: Double
        public var after: Double
        public var difference: Double
        public var standardError: Double
        /// One-sided, 95 % confidence.
        public var upperBound95: Double
        /// About how many certify samples would bring the bound down to the tolerance, if mean and spread stay as they are; absent where it
        /// is there already, and where the mean is not below the tolerance.
        public var samplesNeeded: Int?

        public init(
            before: Double, after: Double, difference: Double, standardError: Double, upperBound95: Double, samplesNeeded: Int? = nil
        ) {
            self.before = before
            self.after = after
            self.difference = difference
            self.standardError = standardError
            self.upperBound95 = upperBound95
            self.samplesNeeded = samplesNeeded
        }
    }

    public struct Metric: Codable, Sendable, Hashable {
        public var name: String
        public var before: Double
        public var after: Double
        /// Whether the values are shares, which are shown in percent.
        public var isShare: Bool

        public init(name: String, before: Double, after: Double, isShare: Bool = true) {
            self.name = name
            self.before = before
            self.after = after
            self.isShare = isShare
        }
    }

    public struct Holdout: Codable, Sendable, Hashable {
        public var samples: Int
        /// Where the certify set came from, in words.
        public var source: String
        public var loss: Loss
        /// What the task is usually judged by; absent where the loss is all there is.
        public var metric: Metric?
        public var furtherMetrics: [Metric]

        public init(samples: Int, source: String, loss: Loss, metric: Metric?, furtherMetrics: [Metric] = []) {
            self.samples = samples
            self.source = source
            self.loss = loss
            self.metric = metric
            self.furtherMetrics = furtherMetrics
        }
    }

    /// What the user's own program said.
    public struct MetricCommand: Codable, Sendable, Hashable {
        /// The program and its arguments.
        public var command: [String]
        /// `higher` or `lower`: what is better.
        public var direction: String
        /// By how much the result may be worse; absent where the numbers are only reported.
        public var tolerance: Double?
        public var before: Double
        /// Absent where the result was refused for its loss, or there was none.
        public var after: Double?

        public init(command: [String], direction: String, tolerance: Double?, before: Double, after: Double?) {
            self.command = command
            self.direction = direction
            self.tolerance = tolerance
            self.before = before
            self.after = after
        }
    }

    public struct Seconds: Codable, Sendable, Hashable {
        public var calibrate: Double
        public var plan: Double
        public var verify: Double
        public var total: Double

        public init(calibrate: Double, plan: Double, verify: Double, total: Double) {
            self.calibrate = calibrate
            self.plan = plan
            self.verify = verify
            self.total = total
        }
    }

    public struct Samples: Codable, Sendable, Hashable {
        public var fit: Int
        public var select: Int
        public var certify: Int

        public init(fit: Int, select: Int, certify: Int) {
            self.fit = fit
            self.select = select
            self.certify = certify
        }
    }

    /// The number grows whenever a field comes, goes or changes its meaning; `Documentation/schemas/report.schema.json` has all of them.
    public var schema = "jointrank.report/2"
    public var version: String
    public var model: String
    public var mode: String
    public var method: String
    /// What the search saves: `size`, `latency` or `both`.
    public var optimize: String
    /// The rise of the mean loss that the verdict allows.
    public var tolerance: Double
    /// `better`, `lossless` or `not-met`.
    public var verdict: String
    /// The file written; absent where nothing was.
    public var output: String?
    /// What the user should know: why nothing was written, what the data allow to say.
    public var notes: [String]
    public var parameters: Change<Int>
    /// Multiply-accumulates per sample; absent where shapes are not known.
    public var macs: Change<Int>?
    public var bytes: Change<Int>
    public var latencyMs: Change<Double>?
    public var samples: Samples
    /// The measurement on the certify set; absent where there was no candidate to certify.
    public var holdout: Holdout?
    /// Absent where no program was given, or there was nothing to judge.
    public var metricCommand: MetricCommand?
    public var walk: Walk
    public var seconds: Seconds
    /// Peak resident memory of the process.
    public var peakMemoryMiB: Double
    public var seed: UInt64
    public var threads: Int
    public var environment: Environment
    /// The words of the command that ran; absent where the library was called.
    public var command: [String]?
    public var layers: [Layer]

    public init(
        version: String, model: String, mode: String, method: String, optimize: String, tolerance: Double, verdict: String, output: String?,
        notes: [String], parameters: Change<Int>, macs: Change<Int>?, bytes: Change<Int>, latencyMs: Change<Double>?, samples: Samples,
        holdout: Holdout?, metricCommand: MetricCommand? = nil, walk: Walk, seconds: Seconds, peakMemoryMiB: Double, seed: UInt64,
        threads: Int, environment: Environment,
        command: [String]? = nil, layers: [Layer]
    ) {
        self.version = version
        self.model = model
        self.mode = mode
        self.method = method
        self.optimize = optimize
        self.tolerance = tolerance
        self.verdict = verdict
        self.output = output
        self.notes = notes
        self.parameters = parameters
        self.macs = macs
        self.bytes = bytes
        self.latencyMs = latencyMs
        self.samples = samples
        self.holdout = holdout
        self.metricCommand = metricCommand
        self.walk = walk
        self.seconds = seconds
        self.peakMemoryMiB = peakMemoryMiB
        self.seed = seed
        self.threads = threads
        self.environment = environment
        self.command = command
        self.layers = layers
    }
}
