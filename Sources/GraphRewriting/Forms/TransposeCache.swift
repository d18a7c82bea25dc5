internal import ONNXModel

/// Transpose nodes over stored matrices, one for all uses of a matrix; the runtime folds them when it loads the model.
struct TransposeCache {
    private var names: [String: String] = [:]

    /// The name of the transposed matrix, whose node is appended where it is asked for first.
    mutating func name(of matrix: String, _ builder: inout GraphBuilder) -> String {
        if let name = names[matrix] { return name }
        let name = builder.emit("Transpose", [matrix], [.ints("perm", [1, 0])], hint: matrix)
        names[matrix] = name
        return name
    }
}
