/// Why data do not go with a model.
package enum SampleError: Error, Hashable, CustomStringConvertible {
    case inputType(String, String)
    case inputShape(String, expected: [Int?], actual: [Int])

    package var description: String {
        switch self {
        case .inputType(let name, let type): "the model's input '\(name)' is a \(type), which data files cannot hold"
        case .inputShape(let name, let expected, let actual):
            "array '\(name)' has the shape \(actual), but the model takes [\(expected.map { $0.map(String.init) ?? "?" }.joined(separator: ", "))]"
        }
    }
}
