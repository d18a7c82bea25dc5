/// Predicted and measured changes of the loss, one layer and rank at a time.
public struct SensitivityReport: Codable, Sendable, Hashable {
    /// One layer at one rank, all others as they are.
    public struct Point: Codable, Sendable, Hashable {
        /// The layer's name.
        public var layer: String
        /// What the layer was cut to.
        public var rank: Int
        /// What it can have.
        public var fullRank: Int
        /// Predicted from the fit samples, to first order.
        public var firstOrder: Double
        /// Predicted from the fit samples: the curvature's part.
        public var quadratic: Double
        /// The change of the mean loss on the select samples.
        public var measured: Double
        /// Of what was measured.
        public var standardError: Double
        /// Whether the prediction lies in the perturbation range.
        public var isInRange: Bool
        /// The share of right answers on the select samples; absent where answers are not right or wrong.
        public var accuracy: CompressionReport.Accuracy?
        /// The loss at each model's best temperature; absent where the model does not choose among classes.
        public var calibrated: CompressionReport.CalibratedLoss?
        /// The share of answers that are not the original's; absent where answers are not right or wrong.
        public var disagreement: Double?

        /// Sets every field.
        public init(
            layer: String, rank: Int, fullRank: Int, firstOrder: Double, quadratic: Double, measured: Double, standardError: Double,
            isInRange: Bool, accuracy: CompressionReport.Accuracy? = nil, calibrated: CompressionReport.CalibratedLoss? = nil,
            disagreement: Double? = nil
        ) {
            self.layer = layer
            self.rank = rank
            self.fullRank = fullRank
            self.firstOrder = firstOrder
            self.quadratic = quadratic
            self.measured = measured
            self.standardError = standardError
            self.isInRange = isInRange
            self.accuracy = accuracy
            self.calibrated = calibrated
            self.disagreement = disagreement
        }

        /// Both terms together.
        public var predicted: Double { firstOrder + quadratic }
    }

    /// How predictions and measurements go together over some of the points.
    public struct Agreement: Codable, Sendable, Hashable {
        /// How many there are.
        public var points: Int
        /// Pearson's correlation; absent for fewer than three points.
        public var correlation: Double?
        /// The root of the mean squared difference.
        public var rootMeanSquareError: Double
        /// The same with every difference divided by the measurement's standard error: 1 is as good as this measurement can tell.
        public var errorInStandardErrors: Double

        /// Sets every field.
        public init(points: Int, correlation: Double?, rootMeanSquareError: Double, errorInStandardErrors: Double) {
            self.points = points
            self.correlation = correlation
            self.rootMeanSquareError = rootMeanSquareError
            self.errorInStandardErrors = errorInStandardErrors
        }
    }

    /// Names the form of the JSON, and counts its changes.
    public var schema = "jointrank.sensitivity/2"
    /// The model's path, as it was given.
    public var model: String
    /// How many predictions rest on.
    public var fitSamples: Int
    /// How many measurements rest on.
    public var selectSamples: Int
    /// Layer by layer, from the lowest rank up.
    public var points: [Point]
    /// Of the points in the perturbation range.
    public var inRange: Agreement
    /// Of the points outside of it.
    public var outOfRange: Agreement
    /// Points with a curvature of at most 0.03, whatever the first-order term.
    public var smallCurvature: Agreement

    /// Sets every field.
    public init(model: String, fitSamples: Int, selectSamples: Int, points: [Point]) {
        self.model = model
        self.fitSamples = fitSamples
        self.selectSamples = selectSamples
        self.points = points
        inRange = Agreement(points.filter(\.isInRange))
        outOfRange = Agreement(points.filter { !$0.isInRange })
        smallCurvature = Agreement(points.filter { $0.quadratic <= 0.03 })
    }
}

extension SensitivityReport.Agreement {
    init(_ points: [SensitivityReport.Point]) {
        let count = Double(max(points.count, 1))
        let meanPredicted = points.reduce(0) { $0 + $1.predicted } / count
        let meanMeasured = points.reduce(0) { $0 + $1.measured } / count
        var (covariance, variancePredicted, varianceMeasured, squares, scaled) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for point in points {
            covariance += (point.predicted - meanPredicted) * (point.measured - meanMeasured)
            variancePredicted += (point.predicted - meanPredicted) * (point.predicted - meanPredicted)
            varianceMeasured += (point.measured - meanMeasured) * (point.measured - meanMeasured)
            let error = point.predicted - point.measured
            squares += error * error
            if point.standardError > 0 { scaled += error * error / (point.standardError * point.standardError) }
        }
        let spread = (variancePredicted * varianceMeasured).squareRoot()
        self.init(
            points: points.count, correlation: points.count >= 3 && spread > 0 ? covariance / spread : nil,
            rootMeanSquareError: (squares / count).squareRoot(), errorInStandardErrors: (scaled / count).squareRoot())
    }
}
