package import ONNXModel
package import Tensors

/// What a rule sees of the node that it differentiates or decomposes, and the tools to emit nodes.
package struct RuleContext {
    package private(set) var node: NodeProto
    /// Gradients of the node's outputs; nil where an output does not influence the loss. At least one is given, but to decompositions.
    package let outputGradients: [String?]
    /// For each input: whether its gradient is needed. Rules must not emit nodes for inputs that nobody asked for.
    package let wanted: [Bool]
    package var builder: GraphBuilder
    let types: [String: TensorType]
    let constants: [String: Tensor]
    /// What the names of new nodes begin with.
    var purpose = "gradient"

    /// The gradient of the node's first output.
    package func outputGradient() throws(GradientError) -> String {
        guard let name = outputGradients.first ?? nil else { throw unsupported("its first output has no gradient") }
        return name
    }

    package func unsupported(_ reason: String) -> GradientError {
        .unsupported(operatorName: node.qualifiedOperator, node: node.name, reason: reason)
    }

    /// Whether input `index` exists and its gradient is needed.
    package func wants(_ index: Int) -> Bool {
        wanted.indices.contains(index) && wanted[index]
    }

    package func input(_ index: Int) throws(GradientError) -> String {
        guard let name = node.optionalInput(index) else { throw unsupported("input \(index) is missing") }
        return name
    }

    package func output(_ index: Int = 0) throws(GradientError) -> String {
        guard let name = node.optionalOutput(index) else { throw unsupported("output \(index) is missing") }
        return name
    }

    /// Output `index` of the forward node; an optional output that the forward graph leaves out is added to it.
    package mutating func requestedOutput(_ index: Int) -> String {
        if let name = node.optionalOutput(index) { return name }
        let name = builder.uniqueName("\(node.output.first ?? node.name)/output\(index)")
        while node.output.count <= index { node.output.append("") }
        node.output[index] = name
        return name
    }

    package func type(of value: String) throws(GradientError) -> TensorType {
        guard let type = types[value] else { throw unsupported("the shape of '\(value)' is not known") }
        return type
    }

    /// The lengths of the given axes of a value, which must not depend on the batch.
    package func fixedLengths(of value: String, axes: Range<Int>) throws(GradientError) -> [Int] {
        let shape = try type(of: value).shape
        var lengths: [Int] = []
        for axis in axes {
            guard shape.indices.contains(axis), let length = shape[axis].fixedLength else {
                throw unsupported("axis \(axis) of '\(value)' has no fixed length")
            }
            // No tensor in memory is that long; it keeps the arithmetic of lengths, strides and pads from overflowing.
            guard (0..<1 << 40).contains(length) else { throw unsupported("axis \(axis) of '\(value)' has the length \(length)") }
            lengths.append(length)
        }
        return lengths
    }

    /// The value of an input that is known when the graph is built (an initializer or a Constant node), or nil.
    package func constant(_ value: String) -> Tensor? {
        constants[value]
    }

    /// An axis attribute or element, counted from the front.
    package func normalized(axis: Int, rank: Int) throws(GradientError) -> Int {
        guard (-rank..<max(rank, 1)).contains(axis) else { throw unsupported("axis \(axis) is out of range for \(rank) axes") }
        return axis < 0 ? axis + rank : axis
    }

    // MARK: Emitting

    package mutating func emit(_ opType: String, _ inputs: [String], _ attributes: [AttributeProto] = []) -> String {
        builder.emit(opType, inputs, attributes, hint: hint)
    }

    package mutating func emit(_ opType: String, _ inputs: [String], outputs: Int, _ attributes: [AttributeProto] = []) -> [String] {
        builder.emit(opType, inputs, outputs: outputs, attributes, hint: hint)
    }

    private var hint: String { "\(purpose)/\(node.name.isEmpty ? node.output.first ?? node.opType : node.name)" }

    /// A scalar constant of the given floating-point type.
    package mutating func scalar(_ value: Double, _ type: ElementType) throws(GradientError) -> String {
        try array([value], shape: [], type)
    }

    /// A constant of the given floating-point type: as many values as `shape` asks for, in row-major order.
    package mutating func array(_ values: [Double], shape: [Int], _ type: ElementType) throws(GradientError) -> String {
        guard type == .float32 || type == .float64 else { throw unsupported("gradients in \(type) are not supported") }
        let tensor: Tensor
        do throws(TensorError) {
            tensor = type == .float64 ? try Tensor(shape: shape, values) : try Tensor(shape: shape, values.map { Float($0) })
        } catch {
            throw unsupported("\(error)")
        }
        return builder.constant(tensor)
    }

    /// Sums over `axes`; returns the value itself where there are none.
    package mutating func reduceSum(_ value: String, axes: [Int], keepDimensions: Bool) -> String {
        guard !axes.isEmpty else { return value }
        let axes = builder.integers(axes)
        return emit("ReduceSum", [value, axes], [.int("keepdims", keepDimensions ? 1 : 0)])
    }

    /// Inserts axes of length 1; returns the value itself where there are none to insert.
    package mutating func unsqueeze(_ value: String, axes: [Int]) -> String {
        axes.isEmpty ? value : emit("Unsqueeze", [value, builder.integers(axes)])
    }

    package mutating func transpose(_ value: String, _ permutation: [Int]) -> String {
        emit("Transpose", [value], [.ints("perm", permutation)])
    }

    /// Reshapes to fixed lengths, of which one may be -1: whatever is left.
    package mutating func reshape(_ value: String, _ lengths: [Int]) -> String {
        emit("Reshape", [value, builder.integers(lengths)])
    }

    /// Reshapes to the run-time shape of another value.
    package mutating func reshape(_ value: String, like reference: String) -> String {
        let shape = emit("Shape", [reference])
        return emit("Reshape", [value, shape], [.int("allowzero", 1)])
    }

    /// Sums a gradient of a broadcast result back to the shape of the input that was broadcast.
    ///
    /// - Parameters:
    ///   - gradient: has the shape of `result`.
    ///   - result: the value that broadcasting produced.
    ///   - value: the input whose gradient is wanted.
    package mutating func unbroadcast(_ gradient: String, from result: String, to value: String) throws(GradientError) -> String {
        try sum(gradient, over: type(of: result).shape, to: type(of: value).shape)
    }

    /// Sums a value of the shape `wide` over the axes along which `narrow` was broadcast to it.
    package mutating func sum(_ value: String, over wide: [Dimension], to narrow: [Dimension]) throws(GradientError) -> String {
        guard wide.count >= narrow.count else { throw unsupported("an input has more axes than the result of broadcasting it") }
        let extra = wide.count - narrow.count
        let stretched = narrow.indices.filter { narrow[$0] == .fixed(1) && wide[$0 + extra] != .fixed(1) }
        let summed = reduceSum(value, axes: stretched.map { $0 + extra }, keepDimensions: true)
        return reduceSum(summed, axes: Array(0..<extra), keepDimensions: false)
    }
}
