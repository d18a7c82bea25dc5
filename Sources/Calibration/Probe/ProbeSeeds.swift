internal import Datasets
internal import ONNXModel
internal import Tensors

/// Appends the gradients of each sample's loss with respect to a model's output: the seeds of the backward passes.
///
/// A sample's loss is a mean over T positions. Its first-order seed therefore weighs each position by 1/T. Directions drawn independently at
/// each position weigh 1/sqrt(T): their sum then has the covariance of the loss's Gauss-Newton matrix, 1/T times the sum over positions.
struct ProbeSeeds {
    /// int64 [rows] for classes, else float32 [rows, width]; a row is a sample or a position.
    static let labels = "jointrank.labels"
    /// float32 [rows, width], standard normal.
    static let noise = "jointrank.noise"
    /// float32 [rows, 1]: 1 / T, and 0 where a position does not count.
    static let weights = "jointrank.weights"

    /// For the true labels.
    let first: String
    /// For an output direction whose covariance is that of the loss gradient under the model's own predictions.
    let fisher: String
    /// Whether these directions are ``SoftDirections``.
    let areSoft: Bool
    /// What has to be fed.
    let inputs: [ValueInfoProto]

    /// What a probe's further inputs take for some samples.
    ///
    /// - Parameters:
    ///   - samples: the samples' numbers, which with the seed decide the directions drawn.
    static func inputs(_ targets: Targets, of output: MeasuredOutput, samples: [Int], seed: UInt64) throws -> [String: Tensor] {
        func noise(rows: Int) throws -> Tensor {
            let count = rows / max(samples.count, 1) * output.width
            return try Tensor(
                shape: [rows, output.width], samples.flatMap { SeedNoise(seed: seed).values(sample: $0, count: count) })
        }
        switch targets {
        case .classes(let labels, let positions):
            let counts = labels.map { $0 != Labels.ignored }
            return [
                ProbeSeeds.labels: Tensor(labels.map { Int64(max($0, 0)) }),
                ProbeSeeds.weights: try Tensor(shape: [labels.count, 1], weights(counts, positions: positions)),
                ProbeSeeds.noise: try noise(rows: labels.count),
            ]
        case .distributions(let probabilities, let positions):
            let counts = stride(from: 0, to: probabilities.count, by: output.width).map { row in
                probabilities[row..<(row + output.width)].contains { $0 > 0 }
            }
            return [
                ProbeSeeds.labels: try Tensor(shape: [counts.count, output.width], probabilities.map { Float($0) }),
                ProbeSeeds.weights: try Tensor(shape: [counts.count, 1], weights(counts, positions: positions)),
                ProbeSeeds.noise: try noise(rows: counts.count),
            ]
        case .values(let values, _):
            return [
                ProbeSeeds.labels: try Tensor(shape: [samples.count, output.width], values.map { Float($0) }),
                ProbeSeeds.noise: try noise(rows: samples.count),
            ]
        case .none:
            return [:]
        }
    }

    /// 1 / T for the positions of each sample that count, of which it has T.
    private static func weights(_ counts: [Bool], positions: Int) -> [Float] {
        stride(from: 0, to: counts.count, by: positions).flatMap { start in
            let own = counts[start..<(start + positions)]
            let count = own.count { $0 }
            return own.map { $0 ? 1 / Float(count) : 0 }
        }
    }

    /// - Parameters:
    ///   - type: of the value that the seeds are for; computed in float32 whatever it is.
    init(head: LossHead, output: MeasuredOutput, type: ElementType, to builder: inout GraphBuilder) {
        let hint = "jointrank.seed"
        let rows = builder.emit("Reshape", [head.seedValue, builder.integers([-1, output.width])], hint: hint)
        var math = SeedMath(scores: builder.casting(rows, from: type, to: .float32, hint: hint), width: output.width, builder: builder)
        areSoft = output.loss.kind == .divergence && head.seedForm == .logits
        let seeds = math.seeds(of: output.loss.kind, form: head.seedForm)
        builder = math.builder
        let shape = builder.emit("Shape", [head.seedValue], hint: hint)
        func shaped(_ seed: String) -> String {
            builder.emit("Reshape", [builder.casting(seed, from: .float32, to: type, hint: hint), shape], hint: hint)
        }
        first = shaped(seeds.first)
        fisher = shaped(seeds.fisher)
        let matrix = TensorType(.float32, [.dynamic, .dynamic])
        inputs =
            switch output.loss.kind {
            case .crossEntropy:
                [
                    ValueInfoProto(name: ProbeSeeds.labels, TensorType(.int64, [.dynamic])),
                    ValueInfoProto(name: ProbeSeeds.weights, matrix), ValueInfoProto(name: ProbeSeeds.noise, matrix),
                ]
            case .divergence:
                [ProbeSeeds.labels, ProbeSeeds.weights, ProbeSeeds.noise].map { ValueInfoProto(name: $0, matrix) }
            case .binaryCrossEntropy, .squaredError:
                [ValueInfoProto(name: ProbeSeeds.labels, matrix), ValueInfoProto(name: ProbeSeeds.noise, matrix)]
            case .output: []
            }
    }
}

extension GraphBuilder {
    /// The value in another element type; itself where it has that already.
    mutating func casting(_ value: String, from type: ElementType, to target: ElementType, hint: String) -> String {
        type == target ? value : emit("Cast", [value], [.int("to", Int(target.rawValue))], hint: hint)
    }
}
