package enum LayerSelectionError: Error, Hashable, CustomStringConvertible {
    case noMatch(pattern: String)

    package var description: String {
        switch self {
        case .noMatch(let pattern): "the pattern '\(pattern)' matches no layer"
        }
    }
}
