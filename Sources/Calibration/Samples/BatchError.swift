package enum BatchError: Error, Hashable, CustomStringConvertible {
    case differentLengths([Int])
    case impossibleLength(Int)

    package var description: String {
        switch self {
        case .differentLengths(let lengths): "the model's inputs fix different lengths of the first axis: \(lengths)"
        case .impossibleLength(let length): "the model's inputs fix the length of the first axis to \(length)"
        }
    }
}
