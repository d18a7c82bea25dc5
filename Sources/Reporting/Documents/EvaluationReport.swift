/// What `jointrank evaluate` measured.
public struct EvaluationReport: Codable, Sendable, Hashable {
    /// What a task is usually judged by.
    public struct Metric: Codable, Sendable, Hashable {
        /// Such as `top-1`.
        public var name: String
        /// Of the model.
        public var value: Double
        /// Whether the value is a share, which is shown in percent.
        public var isShare: Bool

        /// Sets every field.
        public init(name: String, value: Double, isShare: Bool = true) {
            self.name = name
            self.value = value
            self.isShare = isShare
        }
    }

    /// As in a compression; before is the other model.
    public typealias Accuracy = CompressionReport.Accuracy
    /// As in a compression; before is the other model.
    public typealias CalibratedLoss = CompressionReport.CalibratedLoss

    /// The comparison with another model on the same samples.
    public struct Against: Codable, Sendable, Hashable {
        /// The other model's path.
        public var model: String
        /// The other model's mean.
        public var loss: Double
        /// The same ones as the model's, in the same order.
        public var metrics: [Metric]
        /// Mean loss of the model minus that of the other one, sample by sample.
        public var difference: Double
        /// Of the difference.
        public var standardError: Double
        /// One-sided, 95 % confidence.
        public var upperBound95: Double
        /// About how many samples would bring the bound down to the tolerance, if mean and spread stay as they are; absent where it is
        /// there already, and where the mean is not below the tolerance.
        public var samplesNeeded: Int?
        /// The share of right answers; absent where answers are not right or wrong.
        public var accuracy: Accuracy?
        /// The loss at each model's best temperature; absent where the model does not choose among classes.
        public var calibrated: CalibratedLoss?
        /// The share of answers that are not the other model's; absent where answers are not right or wrong.
        public var disagreement: Double?

        /// Sets every field.
        public init(
            model: String, loss: Double, metrics: [Metric], difference: Double, standardError: Double, upperBound95: Double,
            samplesNeeded: Int? = nil, accuracy: Accuracy? = nil, calibrated: CalibratedLoss? = nil, disagreement: Double? = nil
        ) {
            self.model = model
            self.loss = loss
            self.metrics = metrics
            self.difference = difference
            self.standardError = standardError
            self.upperBound95 = upperBound95
            self.samplesNeeded = samplesNeeded
            self.accuracy = accuracy
            self.calibrated = calibrated
            self.disagreement = disagreement
        }
    }

    /// Names the form of the JSON, and counts its changes.
    public var schema = "jointrank.evaluation/2"
    /// The model's path, as it was given.
    public var model: String
    /// The samples' path, as it was given.
    public var data: String
    /// How many there were.
    public var samples: Int
    /// Mean over the samples; cross-entropies in nats.
    public var loss: Double
    /// Of the mean.
    public var lossStandardError: Double
    /// What the task is usually judged by, the most usual one first.
    public var metrics: [Metric]
    /// Absent where no other model was given.
    public var against: Against?
    /// What the user should know of how the data were understood, and of what they allow to say.
    public var notes: [String]
    /// The execution provider that the models ran on, with its settings; absent for the CPU.
    public var provider: String?

    /// Sets every field but for ``provider``.
    public init(
        model: String, data: String, samples: Int, loss: Double, lossStandardError: Double, metrics: [Metric], against: Against?,
        notes: [String] = []
    ) {
        self.model = model
        self.data = data
        self.samples = samples
        self.loss = loss
        self.lossStandardError = lossStandardError
        self.metrics = metrics
        self.against = against
        self.notes = notes
    }
}
