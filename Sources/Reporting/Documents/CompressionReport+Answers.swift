internal import Foundation

extension CompressionReport {
    /// The temperature that the result's logits were divided by.
    public struct FoldedTemperature: Codable, Sendable, Hashable {
        /// At which the loss of the fit and select samples is lowest.
        public var temperature: Double
        /// The last layer's node, whose weight and bias were divided.
        public var layer: String
        /// The number of samples that it was fitted on.
        public var samples: Int

        /// Sets every field.
        public init(temperature: Double, layer: String, samples: Int) {
            self.temperature = temperature
            self.layer = layer
            self.samples = samples
        }

        /// A note on it.
        package var text: String {
            "--fold-temperature: the weight and bias of \(layer) were divided by \(NumberText.fixed(temperature, 3)), the temperature that suits the "
                + "result best on \(NumberText.grouped(samples)) fit and select samples; this changes no answer, rounding aside"
                + (abs(log2(temperature)) > 2.99 ? "; that is the last one that is tried, so these samples do not settle it" : "")
        }
    }

    /// The paired change of the share of right answers.
    public struct Accuracy: Codable, Sendable, Hashable {
        /// The metric that it is, such as `top-1`.
        public var name: String
        /// The original's share.
        public var before: Double
        /// The result's share.
        public var after: Double
        /// After minus before: above 0 is better than the original.
        public var difference: Double
        /// Of the difference, from its samples one by one.
        public var standardError: Double
        /// By how much the share has fallen at most: one-sided, 95 % confidence; below 0 where it has risen by so much at least.
        public var fallUpperBound95: Double

        /// Sets every field.
        public init(name: String, before: Double, after: Double, difference: Double, standardError: Double, fallUpperBound95: Double) {
            self.name = name
            self.before = before
            self.after = after
            self.difference = difference
            self.standardError = standardError
            self.fallUpperBound95 = fallUpperBound95
        }
    }

    /// The paired loss with each model's logits divided by a temperature of its own, fitted on the other half of the samples: what is left
    /// of a change then is not that the logits are softer or sharper, which one number gives for free.
    public struct CalibratedLoss: Codable, Sendable, Hashable {
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
        /// What each model's logits are best divided by, on all samples: above 1 where they are too sure of themselves.
        public var temperatures: Change<Double>

        /// Sets every field.
        public init(
            before: Double, after: Double, difference: Double, standardError: Double, upperBound95: Double, temperatures: Change<Double>
        ) {
            self.before = before
            self.after = after
            self.difference = difference
            self.standardError = standardError
            self.upperBound95 = upperBound95
            self.temperatures = temperatures
        }
    }
}
