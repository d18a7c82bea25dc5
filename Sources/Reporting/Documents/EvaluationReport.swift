/// What `jointrank evaluate` measured.
public struct EvaluationReport: Codable, Sendable, Hashable {
    public struct Against: Codable, Sendable, Hashable {
        public var model: String
        public var loss: Double
        public var accuracy: Double
        /// Mean loss of the model minus that of the other one, sample by sample.
        public var difference: Double
        public var standardError: Double
        /// One-sided, 95 % confidence.
        public var upperBound95: Double

        public init(model: String, loss: Double, accuracy: Double, difference: Double, standardError: Double, upperBound95: Double) {
            self.model = model
            self.loss = loss
            self.accuracy = accuracy
            self.difference = difference
            self.standardError = standardError
            self.upperBound95 = upperBound95
        }
    }

    public var schema = "jointrank.evaluation/1"
    public var model: String
    public var data: String
    public var samples: Int
    /// Mean cross-entropy in nats.
    public var loss: Double
    public var lossStandardError: Double
    /// Share of samples whose highest score is the label's.
    public var accuracy: Double
    public var against: Against?

    public init(
        model: String, data: String, samples: Int, loss: Double, lossStandardError: Double, accuracy: Double, against: Against?
    ) {
        self.model = model
        self.data = data
        self.samples = samples
        self.loss = loss
        self.lossStandardError = lossStandardError
        self.accuracy = accuracy
        self.against = against
    }
}
