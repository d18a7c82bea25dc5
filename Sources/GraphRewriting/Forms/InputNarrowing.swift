internal import LowRank
internal import ONNXModel

/// Nodes that put combinations of a convolution's input channels, q of each group, in the place of its input.
///
/// They come before the pads and add nothing, so whatever the convolution does at the border stays the same.
enum InputNarrowing {
    /// All combinations are computed; their coefficients, [groups * q, channels, 1...], are stored under the name.
    case computed(String, groups: Int)
    /// Some channels of each group stand for a combination each, to which the others are added. Coefficients: [groups * q, channels - q, 1...].
    case pivoted(String, chosen: [Int], others: [Int], groups: Int)

    /// How the coefficients of a layer's combinations of so many channels are stored.
    static func layout(_ layer: Layer, combinations: Int, channels: Int) -> WeightLayout {
        .convolution(groups: layer.groups, rows: combinations, channels: channels, kernel: layer.weightShape[2...].map { _ in 1 })
    }

    /// - Parameter pivots: by group, the input channels as the matrix's rows.
    static func pivoted(_ coefficients: String, _ pivots: [PivotedRows]) -> InputNarrowing {
        let numbers = { (own: (PivotedRows) -> [Int]) in
            pivots.enumerated().flatMap { group, rows in own(rows).map { group * (rows.pivots.count + rows.others.count) + $0 } }
        }
        return .pivoted(coefficients, chosen: numbers(\.pivots), others: numbers(\.others), groups: pivots.count)
    }

    /// Appends the nodes; returns the value that the convolution takes.
    func emit(of input: String, hint: String, _ builder: inout GraphBuilder) -> String {
        switch self {
        case .computed(let coefficients, let groups):
            return builder.emit("Conv", [input, coefficients], [.int("group", groups)], hint: hint)
        case .pivoted(let coefficients, let chosen, let others, let groups):
            let chosen = builder.emit("Gather", [input, builder.integers(chosen)], [.int("axis", 1)], hint: hint)
            let others = builder.emit("Gather", [input, builder.integers(others)], [.int("axis", 1)], hint: hint)
            let combined = builder.emit("Conv", [others, coefficients], [.int("group", groups)], hint: hint)
            return builder.emit("Add", [chosen, combined], hint: hint)
        }
    }
}
