internal import ONNXModel
internal import Tensors

extension GradientRules {
    /// Su et al.: RoFormer, Enhanced Transformer with Rotary Position Embedding (2021).
    static let rotaryEmbedding: [String: GradientRule] = [
        "RotaryEmbedding": .composite { context throws(GradientError) in
            let layout = try context.rotaryLayout(defaultHeadLength: nil)
            let angles = (cosine: try context.input(1), sine: try context.input(2))
            return [try context.rotated(layout, angles, positions: context.node.optionalInput(3))]
        },
        "com.microsoft.RotaryEmbedding": .composite { context throws(GradientError) in
            guard context.node.int("is_packed_batching") ?? 0 == 0 else { throw context.unsupported("its batch is packed") }
            guard context.float("scale", default: 1) == 1 else { throw context.unsupported("it has a scale") }
            let (cosine, sine) = (try context.input(2), try context.input(3))
            let half = try context.fixedLengths(of: cosine, axes: 1..<2)[0]
            let layout = try context.rotaryLayout(defaultHeadLength: context.node.int("rotary_embedding_dim") ?? 0 == 0 ? 2 * half : nil)
            return [try context.rotated(layout, (cosine, sine), positions: context.positions(in: layout))]
        },
    ]
}

/// How the elements of a rotated tensor lie.
private struct RotaryLayout {
    /// [batch, heads, positions, head length] instead of [batch, positions, heads x head length].
    let headsFirst: Bool
    let headLength: Int
    /// How many elements of a head are rotated, an even number.
    let rotated: Int

    var headAxis: Int { headsFirst ? 1 : 2 }
    var positionAxis: Int { headsFirst ? 2 : 1 }
}

extension RuleContext {
    /// - Parameter defaultHeadLength: the length of a head where `num_heads` does not tell.
    fileprivate func rotaryLayout(defaultHeadLength: Int?) throws(GradientError) -> RotaryLayout {
        let x = try input(0)
        let rank = try type(of: x).rank
        guard rank == 3 || rank == 4 else { throw unsupported("its input has \(rank) axes") }
        let width = try fixedLengths(of: x, axes: rank - 1..<rank)[0]
        var headLength = width
        if rank == 3 {
            if let heads = node.int("num_heads"), heads > 0, width % heads == 0 {
                headLength = width / heads
            } else if let length = defaultHeadLength, length > 0, width % length == 0 {
                headLength = length
            } else {
                throw unsupported("num_heads does not divide its \(width) elements a position")
            }
        }
        let stated = node.int("rotary_embedding_dim") ?? 0
        let rotated = stated == 0 ? headLength : stated
        guard (2...max(headLength, 2)).contains(rotated), rotated <= headLength, rotated % 2 == 0 else {
            throw unsupported("it rotates \(rotated) of \(headLength) elements a head")
        }
        return RotaryLayout(headsFirst: rank == 4, headLength: headLength, rotated: rotated)
    }

    /// ONNX Runtime's positions: of every token, or of the first one of all samples.
    fileprivate mutating func positions(in layout: RotaryLayout) throws(GradientError) -> String {
        let positions = try input(1)
        guard try type(of: positions).rank == 1 else { return positions }
        let axis = layout.positionAxis
        let count = emit("Squeeze", [emit("Shape", [try input(0)], [.int("start", axis), .int("end", axis + 1)])])
        let steps = emit(
            "Range", [builder.constant(Tensor(scalar: Int64(0))), count, builder.constant(Tensor(scalar: Int64(1)))])
        return unsqueeze(emit("Add", [steps, positions]), axes: [0])
    }

    /// Turns every pair (a, b) of a head by its position's angle: (a cos - b sin, a sin + b cos).
    ///
    /// - Parameters:
    ///   - angles: [positions, pairs] where `positions` picks the rows, otherwise [batch, positions, pairs].
    ///   - positions: int64, [batch, positions].
    fileprivate mutating func rotated(
        _ layout: RotaryLayout, _ angles: (cosine: String, sine: String), positions: String?
    ) throws(GradientError) -> String {
        let x = try input(0)
        let pairs = layout.rotated / 2
        guard try type(of: angles.cosine).shape.last == .fixed(pairs), try type(of: angles.sine).shape.last == .fixed(pairs) else {
            throw unsupported("its angles do not fit \(pairs) pairs a head")
        }
        let (cosine, sine) = (angle(angles.cosine, positions, layout), angle(angles.sine, positions, layout))
        let heads = layout.headsFirst ? x : reshape(x, [0, 0, -1, layout.headLength])
        let rest = layout.headLength - layout.rotated
        let whole = rest == 0 ? [heads] : split(heads, [layout.rotated, rest])

        let interleaved = node.int("interleaved") ?? 0 != 0
        let halves: [String]
        if interleaved {
            halves = split(reshape(whole[0], [0, 0, 0, pairs, 2]), [1, 1]).map { emit("Squeeze", [$0, builder.integers([-1])]) }
        } else {
            halves = split(whole[0], [pairs, pairs])
        }
        let real = emit("Sub", [emit("Mul", [halves[0], cosine]), emit("Mul", [halves[1], sine])])
        let imaginary = emit("Add", [emit("Mul", [halves[0], sine]), emit("Mul", [halves[1], cosine])])
        let joined: String
        if interleaved {
            let columns = [real, imaginary].map { unsqueeze($0, axes: [4]) }
            joined = reshape(emit("Concat", columns, [.int("axis", -1)]), [0, 0, 0, layout.rotated])
        } else {
            joined = emit("Concat", [real, imaginary], [.int("axis", -1)])
        }
        let complete = rest == 0 ? joined : emit("Concat", [joined, whole[1]], [.int("axis", -1)])
        return layout.headsFirst ? complete : reshape(complete, like: x)
    }

    /// The cosines or sines of all positions, with an axis of length 1 for the heads.
    private mutating func angle(_ table: String, _ positions: String?, _ layout: RotaryLayout) -> String {
        let picked = positions.map { emit("Gather", [table, $0], [.int("axis", 0)]) } ?? table
        return unsqueeze(picked, axes: [layout.headAxis])
    }

    /// Parts along the last axis.
    private mutating func split(_ value: String, _ lengths: [Int]) -> [String] {
        emit("Split", [value, builder.integers(lengths)], outputs: lengths.count, [.int("axis", -1)])
    }
}
