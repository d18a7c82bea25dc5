internal import Tensors

extension TensorType {
    /// Whether one value can have both types: the same element type and rank, and no axis with two lengths.
    package func isCompatible(with other: TensorType) -> Bool {
        elementType == other.elementType && rank == other.rank
            && zip(shape, other.shape).allSatisfy { $0 == $1 || $0 == .dynamic || $1 == .dynamic }
    }
}

extension NodeProto {
    /// The type of the node's first output, for the operators that rewriting a layer makes; nil for all others and where too little
    /// is known.
    ///
    /// Not a full shape inference: it exists to catch a patch that would change what a layer produces.
    func resultType(_ types: [String: TensorType]) -> TensorType? {
        guard isInDefaultDomain, let first = optionalInput(0).flatMap({ types[$0] }) else { return nil }
        let second = optionalInput(1).flatMap { types[$0] }
        switch opType {
        case "Identity", "Relu", "Clip", "Sigmoid", "Tanh": return first
        case "Transpose": return transposed(first)
        case "MatMul": return second.flatMap { product(first, $0) }
        case "Gemm": return second.flatMap { generalProduct(first, $0) }
        case "Add", "Sub", "Mul", "Div":
            return second.flatMap { right in TensorType(first.elementType, broadcast: first.shape, right.shape) }
        case "Conv": return second.flatMap { convolution(first, weights: $0) }
        default: return nil
        }
    }

    private func transposed(_ type: TensorType) -> TensorType? {
        let order = ints("perm") ?? Array(type.shape.indices.reversed())
        guard order.sorted() == Array(type.shape.indices) else { return nil }
        return TensorType(type.elementType, order.map { type.shape[$0] })
    }

    private func product(_ left: TensorType, _ right: TensorType) -> TensorType? {
        guard left.rank >= 2, right.rank >= 2,
            let batch = TensorType(left.elementType, broadcast: left.shape.dropLast(2), right.shape.dropLast(2))
        else { return nil }
        return TensorType(left.elementType, batch.shape + [left.shape[left.rank - 2], right.shape[right.rank - 1]])
    }

    private func generalProduct(_ left: TensorType, _ right: TensorType) -> TensorType? {
        guard left.rank == 2, right.rank == 2 else { return nil }
        return TensorType(left.elementType, [left.shape[int("transA") == 1 ? 1 : 0], right.shape[int("transB") == 1 ? 0 : 1]])
    }

    private func convolution(_ input: TensorType, weights: TensorType) -> TensorType? {
        let axes = input.rank - 2
        guard axes >= 1, weights.rank == input.rank else { return nil }
        let kernel = weights.shape.dropFirst(2).map(\.fixedLength)
        let strides = ints("strides") ?? Array(repeating: 1, count: axes)
        let dilations = ints("dilations") ?? Array(repeating: 1, count: axes)
        let pads = ints("pads") ?? Array(repeating: 0, count: 2 * axes)
        // With automatic padding only the channels are compared.
        let automatic = !["", "NOTSET"].contains(string("auto_pad") ?? "")
        guard strides.count == axes, dilations.count == axes, pads.count == 2 * axes, strides.allSatisfy({ $0 > 0 }) else { return nil }
        // A length that does not fit into 32 bits is an attack, and left out of the arithmetic.
        let possible = 0...Int(Int32.max)
        let space = (0..<axes).map { axis -> Dimension in
            guard !automatic, let length = input.shape[axis + 2].fixedLength, let kernel = kernel[axis],
                [length, kernel, strides[axis], dilations[axis], pads[axis], pads[axis + axes]].allSatisfy(possible.contains)
            else { return .dynamic }
            let covered = dilations[axis] * (kernel - 1) + 1
            let room = length + pads[axis] + pads[axis + axes] - covered
            return room < 0 ? .dynamic : .fixed(room / strides[axis] + 1)
        }
        return TensorType(input.elementType, [input.shape[0], weights.shape[0]] + space)
    }
}

extension TensorType {
    /// The result of broadcasting two shapes against each other; nil where they do not fit.
    fileprivate init?(_ elementType: ElementType, broadcast left: some Collection<Dimension>, _ right: some Collection<Dimension>) {
        let rank = max(left.count, right.count)
        func aligned(_ shape: some Collection<Dimension>) -> [Dimension] {
            Array(repeating: .fixed(1), count: rank - shape.count) + shape
        }
        var shape: [Dimension] = []
        for pair in zip(aligned(left), aligned(right)) {
            switch pair {
            case (.fixed(1), let other), (let other, .fixed(1)): shape.append(other)
            case (.fixed(let a), .fixed(let b)):
                guard a == b else { return nil }
                shape.append(.fixed(a))
            case (.dynamic, .fixed), (.fixed, .dynamic), (.dynamic, .dynamic): shape.append(.dynamic)
            }
        }
        self.init(elementType, shape)
    }
}
