internal import ONNXModel

/// What a value is made of that may be a constant matrix behind Transpose nodes, which the runtime folds when it loads the model.
struct TransposedConstant {
    /// The constant where there is one, else the value behind Identity nodes.
    let name: String
    let isTransposed: Bool

    init(_ value: String, in index: GraphIndex) {
        let own = index.origin(of: value)
        var (name, isTransposed) = (own, false)
        // Positions descend, so that a broken graph with a cycle comes to an end too.
        var last = Int.max
        while let position = index.producer(of: name), position < last, index.graph.node[position].transposesMatrix,
            let input = index.graph.node[position].optionalInput(0)
        {
            (name, isTransposed, last) = (index.origin(of: input), !isTransposed, position)
        }
        let isMatrix = index.constantProto(name)?.dims.count == 2
        (self.name, self.isTransposed) = isMatrix ? (name, isTransposed) : (own, false)
    }
}
