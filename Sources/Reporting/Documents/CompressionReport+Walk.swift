extension CompressionReport {
    /// The smaller models that the search measured on its way down, on the select set.
    public struct Walk: Codable, Sendable, Hashable {
        /// In the order in which they were found.
        public var points: [WalkPoint]
        /// Index into `points`; absent where none was chosen.
        public var chosen: Int?
        /// All models that were measured, those included that the search did not go on from.
        public var measuredCandidates: Int
        /// Whether the chosen point was learned again from the select samples as well: what it says of these is of the point before that.
        public var learnedFromSelect: Bool?

        /// Sets every field.
        public init(points: [WalkPoint], chosen: Int?, measuredCandidates: Int, learnedFromSelect: Bool? = nil) {
            self.points = points
            self.learnedFromSelect = learnedFromSelect
            self.chosen = chosen
            self.measuredCandidates = measuredCandidates
        }
    }

    /// A smaller model on the way down.
    public struct WalkPoint: Codable, Sendable, Hashable {
        /// All that the model would store.
        public var parameters: Int
        /// Parameters over those of the original.
        public var keptShare: Double
        /// Against the original.
        public var loss: FrontierReport.SelectLoss
        /// Likewise, at each model's best temperature; absent where the model does not choose among classes.
        public var calibrated: FrontierReport.SelectLoss?
        /// What that lets expect of the certify set.
        public var expected: Expectation?
        /// Absent where the method predicts nothing.
        public var step: Step?
        /// Whether the model is as small as `--keep-params` and `--keep-macs` ask for; absent where neither was given.
        public var isSmallEnough: Bool?

        /// Sets every field.
        public init(
            parameters: Int, keptShare: Double, loss: FrontierReport.SelectLoss, calibrated: FrontierReport.SelectLoss? = nil,
            expected: Expectation? = nil, step: Step?, isSmallEnough: Bool? = nil
        ) {
            self.parameters = parameters
            self.keptShare = keptShare
            self.loss = loss
            self.calibrated = calibrated
            self.expected = expected
            self.step = step
            self.isSmallEnough = isSmallEnough
        }
    }

    /// How well the prediction held that led to a point: the change of the mean loss against the model that it was made at, the point before
    /// for the joint method, the original for others.
    public struct Step: Codable, Sendable, Hashable {
        /// By the gates, from the fit samples.
        public var predicted: Double
        /// On the select set.
        public var measured: Double
        /// Of what was measured.
        public var standardError: Double

        /// Sets every field.
        public init(predicted: Double, measured: Double, standardError: Double) {
            self.predicted = predicted
            self.measured = measured
            self.standardError = standardError
        }
    }

    /// Where the run took place.
    public struct Environment: Codable, Sendable, Hashable {
        /// The version of ONNX Runtime.
        public var onnxRuntime: String
        /// As it names itself; absent where it does not.
        public var processor: String?
        /// As the operating system counts them.
        public var logicalProcessors: Int
        /// With its version.
        public var operatingSystem: String
        /// The execution provider that original and result were certified and timed on, with its settings; absent for the CPU.
        public var provider: String?
        /// The execution provider that samples were run through for statistics, gradients and losses; absent for the CPU.
        public var calibrationProvider: String?

        /// Sets every field but for the providers.
        public init(onnxRuntime: String, processor: String?, logicalProcessors: Int, operatingSystem: String) {
            self.onnxRuntime = onnxRuntime
            self.processor = processor
            self.logicalProcessors = logicalProcessors
            self.operatingSystem = operatingSystem
        }
    }
}
