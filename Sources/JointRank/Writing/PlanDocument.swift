internal import Foundation
internal import Reporting

/// A plan as a file to be read and edited: which layer is stored at which rank, in which form. The factors lie in a file beside it.
struct PlanDocument: Codable, Sendable {
    struct Layer: Codable, Sendable, Hashable {
        let name: String
        /// May be lowered by hand: the components that matter least go.
        var rank: Int
        /// Of the dense layer.
        let fullRank: Int
        /// `factors` or `pivoted`.
        let form: String
        /// How the weight becomes a matrix: `channels`, `spatial` or `tucker`.
        let scheme: String
        /// Predicted change of the mean loss from this layer alone; absent where the method predicts nothing.
        let predicted: Double?
    }

    struct Factors: Codable, Sendable, Hashable {
        /// Beside the plan.
        let file: String
        let sha256: String
    }

    /// What was measured when the plan was made.
    struct Expected: Codable, Sendable, Hashable {
        /// Of all parameters.
        let keptShare: Double
        /// Mean change of the loss on the select samples, and its standard error.
        let lossDifference: Double
        let standardError: Double
        let selectSamples: Int
    }

    var schema = PhaseFile.planSchema
    let options: CompressionOptions
    let fingerprint: RunFingerprint
    /// Whether products of one value were made one before the layers were named.
    let isStacked: Bool
    let factors: Factors
    let expected: Expected
    var layers: [Layer]

    init(
        options: CompressionOptions, fingerprint: RunFingerprint, isStacked: Bool, factors: Factors, expected: Expected, layers: [Layer]
    ) {
        self.options = options
        self.fingerprint = fingerprint
        self.isStacked = isStacked
        self.factors = factors
        self.expected = expected
        self.layers = layers
    }

    /// - Throws: ``JointRankError`` that says where the text is not a plan.
    init(path: String) throws(JointRankError) {
        self = try JSONDocument.read(path, as: "plan")
        guard schema == PhaseFile.planSchema else {
            throw JointRankError(.badInput, "'\(path)' is of the schema '\(schema)', and \(PhaseFile.planSchema) is read")
        }
    }
}
