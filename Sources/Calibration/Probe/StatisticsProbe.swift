internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Tensors

/// A model extended by the second moments of its layers' hidden values and of the loss's gradients there.
///
/// For a layer W = S F with the hidden values h = F x, these are F A Fᵀ and Sᵀ B S of the Kronecker-factored Fisher information A (x) B
/// (Martens and Grosse 2015, arXiv 1503.05671; Grosse and Martens 2016, arXiv 1602.01407, for convolutions): all that a choice of
/// components needs of A and B, in R x R elements instead of K x K and M x M, and without unfolding patches. Gradients are taken for output
/// directions drawn from the model's own predictions, so B is the true Fisher information, not the empirical one.
struct StatisticsProbe {
    struct Layer {
        let name: String
        let groups: Int
        let components: Int
        /// Input channels of each group.
        let channels: Int
        /// Output names by use of the weight. Moments: [groups, components, components], those of input channels [groups, channels, channels];
        /// the others: [channels].
        var inputs: [String] = []
        var gradients: [String] = []
        /// Moments of Sᵀ x, and of the gradients there, by use that applies Wᵀ = Fᵀ Sᵀ to x.
        var transposedInputs: [String] = []
        var transposedGradients: [String] = []
        var inputMagnitudes: [String] = []
        var inputChannels: [String] = []
        var outputGradientSquares: [String] = []

        var moments: [String] { inputs + gradients + transposedInputs + transposedGradients + inputChannels }
        var sums: [String] { inputMagnitudes + outputGradientSquares }
    }

    let model: Model
    let layers: [Layer]
    /// Why the others have no statistics, by layer name.
    let obstacles: [String: String]
    let bytesPerSample: Int
    /// Of all moments.
    var momentBytes: Int { layers.reduce(0) { $0 + 4 * $1.groups * $1.components * $1.components * $1.moments.count } }
    let output: MeasuredOutput

    /// - Parameter layers: by name, as they stand in the catalogue of `model`, for the values around them.
    init(
        model: Model, layers: [GraphRewriting.Layer], factors: [String: LayerFactors], output: MeasuredOutput, batch: BatchPolicy,
        samples: (Int) throws -> [String: Tensor]
    ) throws {
        var graph = try DifferentiableModel(model, factors: factors, output: output, batch: batch, samples: samples)
        let reached = layers.filter { graph.hidden[$0.name] != nil }
        let results = reached.flatMap(\.uses).filter { !$0.isTransposed }.map(\.output)
        let targets = Set(graph.hidden.values.joined().map(\.value)).union(results)
        let gradients = try graph.gradients(seed: graph.seeds.fisher, of: targets)

        var outputs: [ValueInfoProto] = []
        var found: [Layer] = []
        for layer in reached {
            guard let values = graph.hidden[layer.name], let pairs = factors[layer.name]?.pairs, let pair = pairs.first else { continue }
            var entry = Layer(
                name: layer.name, groups: pairs.count, components: pair.rank, channels: layer.weightShape.dropFirst().first ?? 0)
            for (value, use) in zip(values, layer.uses) {
                guard let type = graph.observed.types[value.value], let gradient = gradients[value.value] else { continue }
                func moment(of name: String, _ type: TensorType) -> String {
                    graph.builder.moment(of: name, type: type, axis: value.componentAxis(rank: type.rank), groups: pairs.count)
                }
                guard !use.isTransposed else {
                    // Its inputs are the other uses' outputs, and magnitudes of inputs say nothing in the units of gradients.
                    entry.transposedInputs.append(moment(of: value.value, type))
                    entry.transposedGradients.append(moment(of: gradient, type))
                    continue
                }
                entry.inputs.append(moment(of: value.value, type))
                entry.gradients.append(moment(of: gradient, type))
                if let inputType = graph.observed.types[use.input], inputType.elementType == type.elementType {
                    let magnitude = graph.builder.emit("Abs", [use.input], hint: "magnitude/\(use.input)")
                    let axis = value.componentAxis(rank: inputType.rank)
                    entry.inputMagnitudes.append(graph.builder.channelSum(of: magnitude, type: inputType, axis: axis))
                    if layer.scheme == .tucker { entry.inputChannels.append(moment(of: use.input, inputType)) }
                }
                if let outputType = graph.observed.types[use.output], let gradient = gradients[use.output] {
                    let square = graph.builder.emit("Mul", [gradient, gradient], hint: "square/\(use.output)")
                    let axis = value.componentAxis(rank: outputType.rank)
                    entry.outputGradientSquares.append(graph.builder.channelSum(of: square, type: outputType, axis: axis))
                }
            }
            guard !entry.moments.isEmpty else { continue }
            found.append(entry)
            let type = graph.observed.types[values[0].value]?.elementType ?? .float32
            outputs += entry.moments.map { ValueInfoProto(name: $0, TensorType(type, [.dynamic, .dynamic, .dynamic])) }
            outputs += entry.sums.map { ValueInfoProto(name: $0, TensorType(type, [.dynamic])) }
        }
        var obstacles = graph.obstacles
        for layer in reached where !found.contains(where: { $0.name == layer.name }) {
            obstacles[layer.name] = "it does not influence the output '\(output.name)'"
        }
        self.layers = found
        self.obstacles = obstacles
        self.output = output
        bytesPerSample = 2 * graph.observed.bytesPerSample
        self.model = graph.assembled(outputs: outputs)
    }
}

extension StatisticsProbe {
    /// Positions of a sample that are enough for second moments: neighbours say much the same.
    private static let mostPositions = 512

    /// Every how many positions one is taken, so that about as many are left as are enough.
    ///
    /// - Parameter lengths: of the axes of positions.
    static func positionStep(_ lengths: [Int]) -> Int {
        let positions = lengths.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
        guard positions > mostPositions, let width = lengths.last else { return 1 }
        // A step with a factor of the width would take the same columns of every row.
        return (positions / mostPositions..<positions).first { greatestCommonDivisor($0, width) == 1 } ?? 1
    }

    private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
        second == 0 ? first : greatestCommonDivisor(second, first % second)
    }
}

extension GraphBuilder {
    /// The sum over samples and positions, or some of many positions, of v vᵀ for the components v of each group: [groups, components,
    /// components].
    fileprivate mutating func moment(of value: String, type: TensorType, axis: Int, groups: Int) -> String {
        let hint = "moment/\(value)"
        let width = (type.shape[axis].fixedLength ?? 0) / max(groups, 1)
        let others = type.shape.indices.filter { $0 != axis }
        let rows = emit("Transpose", [value], [.ints("perm", others + [axis])], hint: hint)
        var flat = emit("Reshape", [rows, integers([-1, groups, width])], hint: hint)
        let step = StatisticsProbe.positionStep(others.dropFirst().map { type.shape[$0].fixedLength ?? 1 })
        if step > 1 { flat = emit("Slice", [flat] + [[0], [.max], [0], [step]].map { integers($0) }, hint: hint) }
        let left = emit("Transpose", [flat], [.ints("perm", [1, 2, 0])], hint: hint)
        let right = emit("Transpose", [flat], [.ints("perm", [1, 0, 2])], hint: hint)
        return emit("MatMul", [left, right], hint: hint)
    }

    /// The sum over all axes but one: [channels].
    fileprivate mutating func channelSum(of value: String, type: TensorType, axis: Int) -> String {
        let others = type.shape.indices.filter { $0 != axis }
        return emit("ReduceSum", [value, integers(others)], [.int("keepdims", 0)], hint: "sum/\(value)")
    }
}
