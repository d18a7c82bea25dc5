internal import ONNXModel
internal import Tensors

/// The gradients of losses with respect to scores, as nodes of a graph.
struct SeedMath {
    /// float32 [rows, width].
    let scores: String
    let width: Int
    var builder: GraphBuilder

    /// - Returns: the gradient for the true labels, and a direction whose covariance is that of the gradient under the model's own
    ///   predictions; for a loss that the model computes, whose predictions are unknown, the gradient twice (the empirical Fisher).
    mutating func seeds(of loss: Loss.Kind, form: ScoreForm) -> (first: String, fisher: String) {
        switch (loss, form) {
        case (.crossEntropy, .logits): return weighted(categoricalFromLogits(oneHot(), temperature: 1))
        case (.crossEntropy, .probabilities): return weighted(categoricalFromProbabilities(oneHot()))
        case (.divergence, .logits):
            return weighted(categoricalFromLogits(ProbeSeeds.labels, temperature: Float(SoftDirections.temperature)))
        case (.divergence, .probabilities): return weighted(categoricalFromProbabilities(ProbeSeeds.labels))
        case (.binaryCrossEntropy, .logits): return binaryFromLogits()
        case (.binaryCrossEntropy, .probabilities): return binaryFromProbabilities()
        case (.squaredError, _): return squaredError()
        case (.output, _):
            let seed = emit("Add", emit("Mul", scores, scalar(0)), scalar(1 / Float(width)))
            return (seed, seed)
        }
    }

    /// With logits z, p = softmax(z) and the wanted distribution t, which for a label is one-hot: p - t, and sqrt(p)*n - p (sqrt(p) . n) for
    /// standard normal n, whose covariance is diag(p) - p pᵀ, the same as that of p - onehot(drawn label), without the variance of rare draws.
    ///
    /// - Parameter temperature: of the predictions that directions are drawn from.
    private mutating func categoricalFromLogits(_ wanted: String, temperature: Float) -> (first: String, fisher: String) {
        let p = softmax(scores)
        let drawn = temperature == 1 ? p : softmax(emit("Mul", scores, scalar(1 / temperature)))
        let scaled = emit("Mul", emit("Sqrt", drawn), ProbeSeeds.noise)
        return (emit("Sub", p, wanted), emit("Sub", scaled, emit("Mul", drawn, rowSum(scaled))))
    }

    private mutating func softmax(_ scores: String) -> String {
        builder.emit("Softmax", [scores], [.int("axis", 1)], hint: SeedMath.hint)
    }

    /// With probabilities p: -t/p, and n/sqrt(p) - (sqrt(p) . n), whose covariance is diag(1/p) - 1 1ᵀ.
    private mutating func categoricalFromProbabilities(_ wanted: String) -> (first: String, fisher: String) {
        let p = emit("Max", scores, scalar(SeedMath.smallest))
        let root = emit("Sqrt", p)
        let projection = rowSum(emit("Mul", root, ProbeSeeds.noise))
        return (emit("Neg", emit("Div", wanted, p)), emit("Sub", emit("Div", ProbeSeeds.noise, root), projection))
    }

    /// With p = sigmoid(z): (p - y)/width, and sqrt(p (1 - p)/width) n.
    private mutating func binaryFromLogits() -> (first: String, fisher: String) {
        let p = emit("Sigmoid", scores)
        let deviation = emit("Sqrt", emit("Mul", p, emit("Sub", scalar(1), p)))
        return (
            emit("Mul", emit("Sub", p, ProbeSeeds.labels), scalar(1 / Float(width))),
            emit("Mul", emit("Mul", deviation, ProbeSeeds.noise), scalar(1 / Float(width).squareRoot()))
        )
    }

    /// With probabilities p: (p - y)/(p (1 - p) width), and n/sqrt(p (1 - p) width).
    private mutating func binaryFromProbabilities() -> (first: String, fisher: String) {
        let no = emit("Max", emit("Sub", scalar(1), scores), scalar(SeedMath.smallest))
        let variance = emit("Mul", emit("Mul", emit("Max", scores, scalar(SeedMath.smallest)), no), scalar(Float(width)))
        return (
            emit("Div", emit("Sub", scores, ProbeSeeds.labels), variance), emit("Div", ProbeSeeds.noise, emit("Sqrt", variance))
        )
    }

    /// Of the mean of (output - target)², whose second derivative is 2/width: 2 (output - target)/width, and sqrt(2/width) n.
    private mutating func squaredError() -> (first: String, fisher: String) {
        (
            emit("Mul", emit("Sub", scores, ProbeSeeds.labels), scalar(2 / Float(width))),
            emit("Mul", ProbeSeeds.noise, scalar((2 / Float(width)).squareRoot()))
        )
    }

    private mutating func weighted(_ seeds: (first: String, fisher: String)) -> (first: String, fisher: String) {
        (emit("Mul", seeds.first, ProbeSeeds.weights), emit("Mul", seeds.fisher, emit("Sqrt", ProbeSeeds.weights)))
    }

    private mutating func oneHot() -> String {
        let offOn = builder.constant(Tensor([0, 1] as [Float]))
        return builder.emit("OneHot", [ProbeSeeds.labels, builder.integers([width]), offOn], hint: SeedMath.hint)
    }

    private mutating func rowSum(_ value: String) -> String {
        builder.emit("ReduceSum", [value, builder.integers([1])], [.int("keepdims", 1)], hint: SeedMath.hint)
    }

    private mutating func scalar(_ value: Float) -> String {
        builder.constant(Tensor(scalar: value))
    }

    private mutating func emit(_ opType: String, _ inputs: String...) -> String {
        builder.emit(opType, inputs, hint: SeedMath.hint)
    }

    private static let hint = "jointrank.seed"
    /// Below this a probability counts as this.
    private static let smallest: Float = 1e-12
}
