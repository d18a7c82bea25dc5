/// The outcome of `jointrank compress`, as `--json` prints it and `--report` stores it.
///
/// Losses are means over samples, cross-entropies in nats; times are in the unit that the field's name ends in.
public struct CompressionReport: Codable, Sendable, Hashable {
    /// A figure of the original, and of the result.
    public struct Change<Value: Codable & Sendable & Hashable>: Codable, Sendable, Hashable {
        /// The original's.
        public var before: Value
        /// The result's.
        public var after: Value

        /// Sets every field.
        public init(before: Value, after: Value) {
            self.before = before
            self.after = after
        }
    }

    /// The paired loss on the certify set.
    public struct Loss: Codable, Sendable, Hashable {
        /// The original's mean.
        public var before: Double
        /// The result's mean.
        public var after: Double
        /// After minus before: below 0 is better than the original.
        public var difference: Double
        /// Of the difference, from its samples one by one.
        public var standardError: Double
        /// One-sided, 95 % confidence.
        public var upperBound95: Double
        /// About how many certify samples would bring the bound down to the tolerance, if mean and spread stay as they are; absent where it
        /// is there already, and where the mean is not below the tolerance.
        public var samplesNeeded: Int?

        /// Sets every field.
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

    /// What a task is usually judged by, before and after.
    public struct Metric: Codable, Sendable, Hashable {
        /// Such as `top-1`.
        public var name: String
        /// The original's.
        public var before: Double
        /// The result's.
        public var after: Double
        /// Whether the values are shares, which are shown in percent.
        public var isShare: Bool

        /// Sets every field.
        public init(name: String, before: Double, after: Double, isShare: Bool = true) {
            self.name = name
            self.before = before
            self.after = after
            self.isShare = isShare
        }
    }

    /// The verdict, from samples that were looked at once.
    public struct Holdout: Codable, Sendable, Hashable {
        /// How many there were.
        public var samples: Int
        /// Where the certify set came from, in words.
        public var source: String
        /// The loss, sample by sample.
        public var loss: Loss
        /// What the task is usually judged by; absent where the loss is all there is.
        public var metric: Metric?
        /// What else such a task is judged by.
        public var furtherMetrics: [Metric]
        /// The share of right answers; absent where answers are not right or wrong.
        public var accuracy: Accuracy?
        /// The loss at each model's best temperature; absent where the model does not choose among classes.
        public var calibrated: CalibratedLoss?
        /// The share of answers that are not the original's; absent where answers are not right or wrong.
        public var disagreement: Double?

        /// Sets every field.
        public init(
            samples: Int, source: String, loss: Loss, metric: Metric?, furtherMetrics: [Metric] = [], accuracy: Accuracy? = nil,
            calibrated: CalibratedLoss? = nil, disagreement: Double? = nil
        ) {
            self.samples = samples
            self.source = source
            self.loss = loss
            self.metric = metric
            self.furtherMetrics = furtherMetrics
            self.accuracy = accuracy
            self.calibrated = calibrated
            self.disagreement = disagreement
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
        /// What it said of the original.
        public var before: Double
        /// Absent where the result was refused for its loss, or there was none.
        public var after: Double?

        /// Sets every field.
        public init(command: [String], direction: String, tolerance: Double?, before: Double, after: Double?) {
            self.command = command
            self.direction = direction
            self.tolerance = tolerance
            self.before = before
            self.after = after
        }

        /// Whether the program has refused the result.
        var isRefusing: Bool {
            guard let tolerance, let after else { return false }
            return (direction == "lower" ? after - before : before - after) > tolerance
        }
    }

    /// How long each part of the run took.
    public struct Seconds: Codable, Sendable, Hashable {
        /// Reading the samples, and what is collected before the first plan.
        public var calibrate: Double
        /// The way down, with its measurements.
        public var plan: Double
        /// Writing the result, and judging it.
        public var verify: Double
        /// All of these.
        public var total: Double

        /// Sets every field.
        public init(calibrate: Double, plan: Double, verify: Double, total: Double) {
            self.calibrate = calibrate
            self.plan = plan
            self.verify = verify
            self.total = total
        }
    }

    /// How many samples there were for what.
    public struct Samples: Codable, Sendable, Hashable {
        /// For components and curves.
        public var fit: Int
        /// For components and curves as well, by what the original says of them; nil for none.
        public var unlabelled: Int?
        /// For choices.
        public var select: Int
        /// For the verdict.
        public var certify: Int

        /// Sets every field.
        public init(fit: Int, unlabelled: Int? = nil, select: Int, certify: Int) {
            self.fit = fit
            self.unlabelled = unlabelled
            self.select = select
            self.certify = certify
        }

        /// Those of all kinds that components and curves are made from.
        package var fitted: Int { fit + (unlabelled ?? 0) }

        /// The samples to fit on, in words.
        var fitText: String { unlabelled.map { "\(fit) + \($0) unlabelled" } ?? "\(fit)" }
    }

    /// The number grows whenever a field comes, goes or changes its meaning; `Documentation/schemas/report.schema.json` has all of them.
    public var schema = "jointrank.report/2"
    /// Of the program that made the report.
    public var version: String
    /// The model's path, as it was given.
    public var model: String
    /// `compact` or `lossless`.
    public var mode: String
    /// How components and ranks were chosen.
    public var method: String
    /// What the search saves: `size`, `macs`, `latency` or `balanced`.
    public var optimize: String
    /// The rise of the mean loss that the verdict allows; absent where the loss has no limit of its own.
    public var tolerance: Double?
    /// How far the model's own first metric may fall; absent where it has no limit.
    public var maximumDrop: MaximumDrop?
    /// `better`, `lossless`, `acceptable` or `not-met`.
    public var verdict: String
    /// What was certified, in words and with its confidence; none where nothing was.
    public var certified: [String]
    /// The file written; absent where nothing was.
    public var output: String?
    /// What the user should know: why nothing was written, what the data allow to say.
    public var notes: [String]
    /// Numbers in the weights.
    public var parameters: Change<Int>
    /// Multiply-accumulates per sample; absent where shapes are not known.
    public var macs: Change<Int>?
    /// The files' sizes, external data included.
    public var bytes: Change<Int>
    /// The median time of one sample, or of the batch that the model fixes, on this machine; absent where it was not measured.
    public var latencyMs: Latency?
    /// How many samples there were for what.
    public var samples: Samples
    /// What the result's logits were divided by; absent where that was not asked for.
    public var foldedTemperature: FoldedTemperature?
    /// The measurement on the certify set; absent where there was no candidate to certify.
    public var holdout: Holdout?
    /// Absent where no program was given, or there was nothing to judge.
    public var metricCommand: MetricCommand?
    /// The way down.
    public var walk: Walk
    /// How to get something; absent where something was written, or no limit would help.
    public var retry: Retry?
    /// How long it took.
    public var seconds: Seconds
    /// Peak resident memory of the process.
    public var peakMemoryMiB: Double
    /// Of the splits and of the drawn output directions.
    public var seed: UInt64
    /// Threads that worked on one operator.
    public var threads: Int
    /// Where the run took place.
    public var environment: Environment
    /// The words of the command that ran; absent where the library was called.
    public var command: [String]?
    /// In the order of the graph.
    public var layers: [Layer]

    /// Sets every field.
    public init(
        version: String, model: String, mode: String, method: String, optimize: String, tolerance: Double?, maximumDrop: MaximumDrop? = nil,
        verdict: String,
        certified: [String] = [], output: String?,
        notes: [String], parameters: Change<Int>, macs: Change<Int>?, bytes: Change<Int>, latencyMs: Latency?, samples: Samples,
        foldedTemperature: FoldedTemperature? = nil, holdout: Holdout?, metricCommand: MetricCommand? = nil, walk: Walk,
        retry: Retry? = nil, seconds: Seconds, peakMemoryMiB: Double,
        seed: UInt64,
        threads: Int, environment: Environment,
        command: [String]? = nil, layers: [Layer]
    ) {
        self.version = version
        self.model = model
        self.mode = mode
        self.method = method
        self.optimize = optimize
        self.tolerance = tolerance
        self.maximumDrop = maximumDrop
        self.verdict = verdict
        self.certified = certified
        self.output = output
        self.notes = notes
        self.parameters = parameters
        self.macs = macs
        self.bytes = bytes
        self.latencyMs = latencyMs
        self.samples = samples
        self.foldedTemperature = foldedTemperature
        self.holdout = holdout
        self.metricCommand = metricCommand
        self.walk = walk
        self.retry = retry
        self.seconds = seconds
        self.peakMemoryMiB = peakMemoryMiB
        self.seed = seed
        self.threads = threads
        self.environment = environment
        self.command = command
        self.layers = layers
    }
}
