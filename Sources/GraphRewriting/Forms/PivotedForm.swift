internal import LowRank
internal import ONNXModel
internal import Tensors

/// A layer as nodes that compute r outputs of each group from its input, make the other outputs from these, and put all in order.
///
/// By ``FactorizationScheme/spatial`` the outputs so made are C_out for each of the kw places of a kernel's row; the last step adds
/// them up at their distances. Everything that is stored beside the matrices are integers and, for a Gemm's beta, one number.
struct PivotedForm {
    let layer: Layer
    /// One per group.
    let rows: [PivotedRows]

    private var rank: Int { rows[0].pivots.count }

    /// How the chosen rows (r x K per group) are stored.
    var basisLayout: WeightLayout { TwoFactorForm(layer: layer, rank: rank).firstLayout }

    /// How the coefficients ((M - r) x r per group) are stored; nil where all rows are chosen.
    var coefficientLayout: WeightLayout? { PivotedForm.coefficientLayout(of: layer, rank: rank) }

    /// The same, by the number of chosen rows.
    static func coefficientLayout(of layer: Layer, rank: Int) -> WeightLayout? {
        guard rank < layer.rows else { return nil }
        switch layer.kind {
        case .convolution:
            return .convolution(
                groups: layer.groups, rows: layer.rows - rank, channels: rank, kernel: layer.weightShape[2...].map { _ in 1 })
        case .gemm, .matMulRight, .embedding: return .operand(rows: layer.rows - rank, columns: rank, isTransposed: true)
        case .matMulLeft: return .operand(rows: layer.rows - rank, columns: rank, isTransposed: false)
        }
    }

    /// Where each output lies among the chosen rows of all groups followed by the other rows of all groups; nil where it is at its place.
    ///
    /// By ``FactorizationScheme/spatial`` the outputs are ordered by their place in the kernel's row first, and then by channel.
    var order: [Int]? {
        let (groups, places) = (layer.groups, layer.scheme == .spatial ? layer.weightShape[3] : 1)
        let channels = layer.rows / places
        var order = Array(repeating: 0, count: groups * layer.rows)
        for (group, rows) in rows.enumerated() {
            let chosen = rows.pivots.enumerated().map { (group * rank + $0, $1) }
            let others = rows.others.enumerated().map { (groups * rank + group * rows.others.count + $0, $1) }
            for (source, row) in chosen + others {
                order[(row % places * groups + group) * channels + row / places] = source
            }
        }
        return order == Array(order.indices) ? nil : order
    }

    /// The names of what is stored once for all uses, or of the transposed matrices.
    struct Constants {
        let basis: String
        let coefficients: String?
        let order: String?
        let unusedAddend: String?
    }

    /// The nodes that take the place of `node`, which is that of a use of the layer; the last one bears its name and output.
    ///
    /// - Parameter inputRank: the number of axes of the node's input, where known.
    func nodes(
        replacing node: NodeProto, of use: LayerUse, _ constants: Constants, inputRank: Int?, operatorSet: Int,
        _ builder: inout GraphBuilder
    ) throws -> [NodeProto] {
        let hint = node.name.isEmpty ? layer.weightName : node.name
        let before = builder.nodes.count
        let axis = axis(of: use, inputRank: inputRank)

        var first = TwoFactorForm(layer: layer, rank: rank).firstNode(
            replacing: node, of: use, factor: constants.basis, unusedAddend: constants.unusedAddend)
        if layer.scheme == .spatial, let window = use.window {
            // What is added up at the end needs all columns: the pads of both axes are its input's.
            first.attribute = first.attribute.filter { $0.name != "pads" } + [.ints("pads", window.padsBefore + window.padsAfter)]
        }
        if use.kind == .gemm { first.attribute += node.attribute.filter { $0.name == "alpha" } }
        first.name = builder.uniqueName("\(hint).first")
        first.output = [builder.uniqueName("\(layer.weightName).chosen")]
        builder.append(first)

        var result = first.output[0]
        if let coefficients = constants.coefficients {
            let others =
                switch use.kind {
                case .convolution: builder.emit("Conv", [result, coefficients], [.int("group", layer.groups)], hint: hint)
                case .gemm, .matMulRight, .embedding: builder.emit("MatMul", [result, coefficients], hint: hint)
                case .matMulLeft: builder.emit("MatMul", [coefficients, result], hint: hint)
                }
            result = builder.emit("Concat", [result, others], [.int("axis", axis)], hint: hint)
        }
        if let order = constants.order { result = builder.emit("Gather", [result, order], [.int("axis", axis)], hint: hint) }
        if layer.scheme == .spatial, let window = use.window {
            result = sum(of: result, window, operatorSet: operatorSet, hint: hint, &builder)
        }
        if let addend = try addend(of: node, use.kind, hint: hint, &builder) { result = builder.emit("Add", [result, addend], hint: hint) }

        var nodes = Array(builder.nodes[before...])
        nodes[nodes.count - 1].name = node.name
        nodes[nodes.count - 1].output = node.output
        return nodes
    }

    /// The axis of the outputs; from the front where that can be known, as old operators want it.
    func axis(of use: LayerUse, inputRank: Int?) -> Int {
        let axis = TwoFactorForm.componentAxis(of: use, inputRank: inputRank)
        // An embedding's result has an axis more than the indices.
        let axes = inputRank.map { use.kind == .embedding ? $0 + 1 : $0 }
        return axis < 0 ? axis + (axes ?? 0) : axis
    }

    /// Adds up the outputs for the places of a kernel's row: that for place v belongs v dilations further on.
    private func sum(
        of value: String, _ window: ConvolutionWindow, operatorSet: Int, hint: String, _ builder: inout GraphBuilder
    ) -> String {
        let (places, channels) = (layer.weightShape[3], layer.weightShape[0])
        let (step, dilation) = (window.strides[1], window.dilations[1])
        let terms = (0..<places).map { place in
            let starts = [place * channels, place * dilation]
            let ends = [(place + 1) * channels, place == places - 1 ? .max : -(places - 1 - place) * dilation]
            guard operatorSet >= 10 else {
                // Old slices have no steps, and are asked for none: see ``Layer/obstacle(to:in:types:)``.
                return builder.emit("Slice", [value], [.ints("starts", starts), .ints("ends", ends), .ints("axes", [1, 3])], hint: hint)
            }
            return builder.emit("Slice", [value] + [starts, ends, [1, 3], [1, step]].map { builder.integers($0) }, hint: hint)
        }
        return builder.emit("Sum", terms, hint: hint)
    }

    /// What is added to the result: a convolution's bias along the channels, or beta times a Gemm's third input.
    private func addend(of node: NodeProto, _ kind: LayerKind, hint: String, _ builder: inout GraphBuilder) throws -> String? {
        guard kind == .convolution || kind == .gemm, let addend = node.optionalInput(2) else { return nil }
        if kind == .convolution {
            let shape = builder.integers([-1] + layer.weightShape[2...].map { _ in 1 })
            return builder.emit("Reshape", [addend, shape], hint: hint)
        }
        let beta = node.float("beta") ?? 1
        guard beta != 0 else { return nil }
        guard beta != 1 else { return addend }
        let scalar = try Tensor(elementType: layer.elementType, shape: [], rounding: [Double(beta)])
        return builder.emit("Mul", [addend, builder.constant(scalar, hint: "beta")], hint: hint)
    }
}
