internal import GraphRewriting
internal import ONNXModel
internal import Tensors

/// What is added to a layer's result: the third input of a Conv or Gemm, or the vector that the one node behind a MatMul adds.
struct Addend {
    let name: String
    /// One number for each output; nil where the value is not a constant that is such a vector, or one number.
    let vector: Tensor?

    /// - Parameter output: the value that the node computes.
    /// - Returns: nil where nothing is added.
    /// - Throws: where a constant cannot be read.
    init?(of node: NodeProto, _ kind: LayerKind, output: String, outputs: Int, in index: GraphIndex) throws {
        switch kind {
        case .convolution, .gemm:
            let beta = kind == .gemm ? node.float("beta") ?? 1 : 1
            guard let addend = node.optionalInput(2), beta != 0 else { return nil }
            name = index.origin(of: addend)
            vector = try index.constant(addend).flatMap { try Addend.vector($0, count: outputs, scale: Double(beta)) }
        case .matMulRight:
            guard let (addend, vector) = try Addend.behind(output, outputs: outputs, in: index) else { return nil }
            (name, self.vector) = (index.origin(of: addend), vector)
        case .matMulLeft, .embedding: return nil
        }
    }

    private static func behind(_ output: String, outputs: Int, in index: GraphIndex) throws -> (String, Tensor)? {
        let consumers = index.consumers(of: output)
        guard consumers.count == 1, !index.isGraphOutput(output), case let node = index.graph.node[consumers[0]],
            node.qualifiedOperator == "Add", let addend = node.input.first(where: { $0 != output }),
            let constant = try index.constant(addend), constant.shape.last == outputs,
            let vector = try vector(constant, count: outputs, scale: 1)
        else { return nil }
        return (addend, vector)
    }

    private static func vector(_ tensor: Tensor, count: Int, scale: Double) throws -> Tensor? {
        guard let elements = tensor.floatingPointElements, tensor.shape.last == count || elements.count == 1,
            elements.count == count || elements.count == 1
        else { return nil }
        let repeated = elements.count == count ? elements : Array(repeating: elements[0], count: count)
        return try Tensor(elementType: tensor.elementType, shape: [count], rounding: repeated.map { scale * $0 })
    }
}
