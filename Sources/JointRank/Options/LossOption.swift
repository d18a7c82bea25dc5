/// What a model is judged by, sample by sample.
public enum LossOption: Sendable, Hashable, TextCodable {
    /// Labels are classes, one for each sample or one for each of its positions (-100 where a position does not count).
    case crossEntropy
    /// What is wanted is what the original says, or the model that another is evaluated against; no labels are read. The Kullback-Leibler
    /// divergence from its probabilities of the classes.
    case divergence
    /// Labels are a yes (1) or a no (0) for each of a sample's outputs.
    case multiLabel
    /// Labels are values, as many as a sample has outputs.
    case squaredError
    /// The mean of the named output itself; no labels are read.
    case output(String)

    private static let outputPrefix = "output:"

    /// The names without a parameter.
    public static let names = ["cross-entropy", "divergence", "multi-label", "squared-error"]

    /// - Parameter text: one of ``names``, or `output:` and a name.
    public init?(_ text: String) {
        switch text {
        case "cross-entropy": self = .crossEntropy
        case "divergence": self = .divergence
        case "multi-label": self = .multiLabel
        case "squared-error": self = .squaredError
        case _ where text.hasPrefix(LossOption.outputPrefix) && text.count > LossOption.outputPrefix.count:
            self = .output(String(text.dropFirst(LossOption.outputPrefix.count)))
        default: return nil
        }
    }

    /// As it is written on the command line.
    public var description: String {
        switch self {
        case .crossEntropy: "cross-entropy"
        case .divergence: "divergence"
        case .multiLabel: "multi-label"
        case .squaredError: "squared-error"
        case .output(let name): LossOption.outputPrefix + name
        }
    }
}
