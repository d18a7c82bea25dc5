/// The size of a model as the number of its parameters.
package enum ParameterCount {
    /// The number of elements of all floating-point initializers and of the tensors that Constant nodes hold, in the main graph,
    /// its subgraphs at any depth and the functions. Each is counted once, however many nodes use it; of a sparse tensor the stored
    /// values count.
    ///
    /// - Throws: for shapes that are impossible.
    package static func of(_ model: ModelProto) throws(ModelError) -> Int {
        var counter = ParameterCounter()
        try counter.add(model.graph)
        for function in model.functions { try counter.add(function.node) }
        return counter.total
    }
}

private struct ParameterCounter {
    var total = 0

    /// As deep as the subgraphs are nested, which reading a model limits.
    mutating func add(_ graph: GraphProto) throws(ModelError) {
        for tensor in graph.initializer { try add(tensor) }
        for sparse in graph.sparseInitializer { try add(sparse.values) }
        try add(graph.node)
    }

    mutating func add(_ nodes: [NodeProto]) throws(ModelError) {
        for node in nodes {
            if node.isConstant { try addValue(ofConstant: node) }
            for graph in node.subgraphs { try add(graph) }
        }
    }

    private mutating func addValue(ofConstant node: NodeProto) throws(ModelError) {
        for attribute in node.attribute {
            switch attribute.name {
            case "value": try add(attribute.t)
            case "sparse_value": try add(attribute.sparseTensor.values)
            case "value_float": try add(1)
            case "value_floats": try add(attribute.floats.count)
            default: break
            }
        }
    }

    private mutating func add(_ tensor: TensorProto) throws(ModelError) {
        if ElementFormat.isFloatingPoint(tensor.dataType) { try add(tensor.elementCount()) }
    }

    private mutating func add(_ count: Int) throws(ModelError) {
        let (sum, overflow) = total.addingReportingOverflow(count)
        guard !overflow else { throw .malformed(path: nil, reason: "it has more parameters than can be counted") }
        total = sum
    }
}
