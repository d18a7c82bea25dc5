extension CompressionReport {
    /// What became of one layer.
    public struct Layer: Codable, Sendable, Hashable {
        /// The node's name.
        public var name: String
        /// The node's operator.
        public var op: String
        /// Of the weight tensor.
        public var shape: [Int]
        /// How the layer is stored: `dense`, `factors`, `grouped`, `pivoted`, `spatial`, `spatial-pivoted`, `tucker2` or `tucker2-pivoted`.
        public var form: String
        /// Absent where the layer stays dense.
        public var rank: Int?
        /// The largest rank that the weight can have.
        public var fullRank: Int?
        /// The layer's numbers, before and after.
        public var parameters: Change<Int>
        /// The layer by itself, dense and as it is written; absent where layers were not timed.
        public var latencyMs: Change<Double>?
        /// Predicted change of the mean loss from this layer alone.
        public var predicted: Double?
        /// Absent where the layer stays dense, and where layers were not measured.
        public var measured: Measured?
        /// How many components the layer uses, as if all of these weighed the same; absent where it was not looked at.
        public var effectiveRank: Double?
        /// Absent where the layer was not looked at.
        public var spectrum: Spectrum?
        /// Why the layer is as it is.
        public var reason: String

        /// Sets every field.
        public init(
            name: String, op: String, shape: [Int], form: String, rank: Int?, fullRank: Int?, parameters: Change<Int>,
            latencyMs: Change<Double>? = nil, predicted: Double?, measured: Measured? = nil, effectiveRank: Double? = nil,
            spectrum: Spectrum? = nil, reason: String
        ) {
            self.name = name
            self.op = op
            self.shape = shape
            self.form = form
            self.rank = rank
            self.fullRank = fullRank
            self.parameters = parameters
            self.latencyMs = latencyMs
            self.predicted = predicted
            self.measured = measured
            self.effectiveRank = effectiveRank
            self.spectrum = spectrum
            self.reason = reason
        }
    }

    /// What a layer changes by itself: the mean loss of the original with that layer alone as it is written, less the original's, on the select
    /// set.
    public struct Measured: Codable, Sendable, Hashable {
        /// Below 0 is better than the original.
        public var difference: Double
        /// Of the difference, from its samples one by one.
        public var standardError: Double
        /// How many there were.
        public var samples: Int

        /// Sets every field.
        public init(difference: Double, standardError: Double, samples: Int) {
            self.difference = difference
            self.standardError = standardError
            self.samples = samples
        }
    }

    /// Singular values of a layer in the basis that the method goes by, before anything is removed.
    public struct Spectrum: Codable, Sendable, Hashable {
        /// Which components the values belong to, counted from 1, ascending: all of them, or evenly spaced ones.
        public var components: [Int]
        /// Relative to the largest singular value.
        public var values: [Double]

        private static let mostComponents = 48

        /// Thins out what is too long to be drawn.
        ///
        /// - Parameter energies: squared singular values of all components.
        /// - Returns: nil where they say nothing: there are none, all are zero, or one is no number.
        public init?(energies: [Double]) {
            guard let largest = energies.max(), largest > 0, energies.allSatisfy({ $0.isFinite && $0 >= 0 }) else { return nil }
            let count = min(energies.count, Spectrum.mostComponents)
            let positions = (0..<count).map { $0 * (energies.count - 1) / max(count - 1, 1) }
            components = positions.map { $0 + 1 }
            values = positions.map { (energies[$0] / largest).squareRoot() }
        }
    }
}
