package import LowRank
package import Tensors

/// Why factors cannot take the place of a layer's weight.
package enum RewritingError: Error, Hashable, CustomStringConvertible {
    /// The catalogue has no treatable layer of this name.
    case unknownLayer(String)
    /// The model is not the one that the catalogue was made from.
    case differentModel(layer: String)
    /// The weight has no matrix by the scheme.
    case schemeDoesNotApply(layer: String, scheme: FactorizationScheme)
    /// There must be one factor pair per group.
    case groupCount(layer: String, expected: Int, actual: Int)
    /// All groups of a layer share one rank.
    case unequalRanks(layer: String)
    case rankNotPositive(layer: String)
    /// The factors have as many parameters as the weight, or more.
    case rankSavesNothing(layer: String, rank: Int, largestSavingRank: Int)
    /// `first` must be r x K and `second` M x r.
    case factorShape(layer: String, first: [Int], second: [Int], rows: Int, columns: Int)
    /// The model, as it is, has no nodes for the form.
    case formNotPossible(layer: String, form: StorageForm, reason: String)
    /// A factor has an entry that is not finite.
    case notFinite(layer: String)
    /// A factor has an entry that is too large for the weight's element type.
    case overflow(layer: String, elementType: ElementType)

    package var description: String {
        switch self {
        case .unknownLayer(let layer):
            "layer '\(layer)' is none that can be factored"
        case .differentModel(let layer):
            "layer '\(layer)' is not as it was in the model that was catalogued"
        case .schemeDoesNotApply(let layer, let scheme):
            "the weight of layer '\(layer)' cannot be factored by the scheme '\(scheme.rawValue)'"
        case .groupCount(let layer, let expected, let actual):
            "layer '\(layer)' has \(expected) groups, but \(actual) factor pairs were given"
        case .unequalRanks(let layer):
            "the groups of layer '\(layer)' must share one rank"
        case .rankNotPositive(let layer):
            "the rank of layer '\(layer)' must be at least 1"
        case .rankSavesNothing(let layer, let rank, let largest):
            "rank \(rank) saves nothing in layer '\(layer)'; the largest rank that does is \(largest)"
        case .factorShape(let layer, let first, let second, let rows, let columns):
            "factors of shapes \(first) and \(second) do not make the \(rows) x \(columns) matrices of layer '\(layer)'"
        case .formNotPossible(let layer, let form, let reason):
            "layer '\(layer)' cannot be stored in the form '\(form.rawValue)': \(reason)"
        case .notFinite(let layer):
            "the factors of layer '\(layer)' have entries that are not finite"
        case .overflow(let layer, let elementType):
            "the factors of layer '\(layer)' have entries that are too large for \(elementType), the type of its weight"
        }
    }
}
