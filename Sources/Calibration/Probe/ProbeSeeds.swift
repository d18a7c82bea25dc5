internal import ONNXModel
internal import Tensors

/// Appends the gradients of each sample's cross-entropy with respect to the scores: the seeds of the backward passes.
struct ProbeSeeds {
    /// int64 [samples].
    static let labels = "jointrank.labels"
    /// float32 [samples, classes], standard normal.
    static let noise = "jointrank.noise"

    /// For the true labels.
    let first: String
    /// For an output direction whose covariance is that of the loss gradient under the model's own predictions.
    let fisher: String

    /// What a probe's further inputs take for some samples.
    ///
    /// - Parameters:
    ///   - labels: the class of each sample.
    ///   - samples: the samples' numbers, which with the seed decide the directions drawn.
    static func inputs(labels: [Int], samples: [Int], classes: Int, seed: UInt64) throws -> [String: Tensor] {
        [
            ProbeSeeds.labels: Tensor(labels.map(Int64.init)),
            ProbeSeeds.noise: try Tensor(
                shape: [samples.count, classes], samples.flatMap { SeedNoise(seed: seed).values(sample: $0, count: classes) }),
        ]
    }

    /// With logits z and p = softmax(z): first = p - onehot(label), and fisher = sqrt(p)*n - p (sqrt(p) . n) for standard normal n, whose
    /// covariance is diag(p) - p pᵀ, the same as that of p - onehot(drawn label), without the variance of rare draws.
    ///
    /// With probabilities p: first = -onehot(label)/p, and fisher = n/sqrt(p) - (sqrt(p) . n), whose covariance is diag(1/p) - 1 1ᵀ.
    ///
    /// - Parameter type: of the value that the seeds are for; computed in float32 whatever it is.
    init(head: LossHead, classes: Int, type: ElementType, to builder: inout GraphBuilder) {
        let hint = "jointrank.seed"
        func emit(_ builder: inout GraphBuilder, _ opType: String, _ inputs: [String], _ attributes: [AttributeProto] = []) -> String {
            builder.emit(opType, inputs, attributes, hint: hint)
        }
        let rows = emit(&builder, "Reshape", [head.seedValue, builder.integers([-1, classes])])
        let flat = builder.casting(rows, from: type, to: .float32, hint: hint)
        let depth = builder.integers([classes])
        let offOn = builder.constant(Tensor([0, 1] as [Float]))
        let oneHot = emit(&builder, "OneHot", [ProbeSeeds.labels, depth, offOn])
        let classAxis = builder.integers([1])
        let keep = AttributeProto.int("keepdims", 1)

        let seeds: [String]
        switch head.seedForm {
        case .logits:
            let p = emit(&builder, "Softmax", [flat], [.int("axis", 1)])
            let root = emit(&builder, "Sqrt", [p])
            let scaled = emit(&builder, "Mul", [root, ProbeSeeds.noise])
            let projection = emit(&builder, "ReduceSum", [scaled, classAxis], [keep])
            let mean = emit(&builder, "Mul", [p, projection])
            seeds = [emit(&builder, "Sub", [p, oneHot]), emit(&builder, "Sub", [scaled, mean])]
        case .probabilities:
            let p = emit(&builder, "Max", [flat, builder.constant(Tensor(scalar: Float(1e-12)))])
            let root = emit(&builder, "Sqrt", [p])
            let scaled = emit(&builder, "Div", [ProbeSeeds.noise, root])
            let weighted = emit(&builder, "Mul", [root, ProbeSeeds.noise])
            let projection = emit(&builder, "ReduceSum", [weighted, classAxis], [keep])
            let ratio = emit(&builder, "Div", [oneHot, p])
            seeds = [emit(&builder, "Neg", [ratio]), emit(&builder, "Sub", [scaled, projection])]
        }
        let shape = emit(&builder, "Shape", [head.seedValue])
        first = emit(&builder, "Reshape", [builder.casting(seeds[0], from: .float32, to: type, hint: hint), shape])
        fisher = emit(&builder, "Reshape", [builder.casting(seeds[1], from: .float32, to: type, hint: hint), shape])
    }
}

extension GraphBuilder {
    /// The value in another element type; itself where it has that already.
    mutating func casting(_ value: String, from type: ElementType, to target: ElementType, hint: String) -> String {
        type == target ? value : emit("Cast", [value], [.int("to", Int(target.rawValue))], hint: hint)
    }
}
