/// What `jointrank evaluate` measured.
public struct EvaluationReport: Codable, Sendable, Hashable {
    public struct Metric: Codable, Sendable, Hashable {
        public var name: String
        public var value: Double
        /// Whether the value is a share, which is shown in percent.
        public var isShare: Bool

        public init(name: String, value: Double, isShare: Bool = true) {
            self.name = name
            self.value = value
            self.isShare = isShare
        }
    }

    public struct Against: Codable, Sendable, Hashable {
        public var model: String
        public var loss: Double
        /// The same ones as the model's, in the same order.
        public var metrics: [Metric]
        /// Mean loss of the model minus that of the other one, sample by sample.
        public var difference: Double
        public var standardError: Double
        /// One-sided, 95 % confidence.
        public var upperBound95: Double
        /// About how many samples would bring the bound down to the tolerance, if mean and spread stay as they are; absent where it is
        /// there already, and where the mean is not below the tolerance.
        public var samplesNeeded: Int?

        public init(
            model: String, loss: Double, metrics: [Metric], difference: Double, standardError: Double, upperBound95: Double,
            samplesNeeded: Int? = nil
        ) {
            self.model = model
            self.loss = loss
            self.metrics = metrics
            self.difference = difference
            self.standardError = standardError
            self.upperBound95 = upperBound95
            self.samplesNeeded = samplesNeeded
        }
    }

    public var schema = "jointrank.evaluation/2"
    public var model: String
    public var data: String
    public var samples: Int
    /// Mean over the samples; cross-entropies in nats.
    public var loss: Double
    public var lossStandardError: Double
    /// What the task is usually judged by, the most usual one first.
    public var metrics: [Metric]
    public var against: Against?
    /// What the user should know of how the data were understood, and of what they allow to say.
    public var notes: [String]

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
