import Calibration
import Datasets
import GraphRewriting
import LinearAlgebra
import LowRank
import ONNXModel
import OnnxRuntimeEngine
import Tensors
import TestSupport
import Testing

/// A small network of one input `x`, and how gates on its layers' components change its loss.
struct ProbeCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let network: Model
    /// Whether the loss has kinks (Relu, MaxPool), so that differences must be taken close by.
    var hasKinks = false
    var loss = Loss()

    static let output = "y"

    /// What a probe finds on random samples.
    struct Result {
        let probe: SensitivityProbe
        let sweep: SensitivitySweep
        /// By layer name: singular components at full rank.
        let factors: [String: [FactorPair]]
        let samples: Tensor
        let targets: Targets
    }

    /// - Parameters:
    ///   - repeated: whether all samples are the same one, under noise of their own.
    ///   - place: where the probe runs.
    func probe(
        samples count: Int, repeated: Bool = false, seed: UInt64 = 0, on place: ProbePlace = .cpu
    ) throws -> Result {
        let session = try Session(model: network.serialized())
        let shape = session.inputs[0].shape.dropFirst().map { $0 ?? 1 }
        var random = RandomTensors(seed: 11)
        let drawn = try random.normal([repeated ? 1 : count] + shape)
        let samples = try Tensor(
            elementType: .float32, shape: [count] + shape,
            bytes: repeated ? (0..<count).flatMap { _ in drawn.bytes } : drawn.bytes)
        let batch = try BatchPolicy(inputs: session.inputs)
        let shapeOfScores = try scores(session, samples.prefix(batch.fixed ?? 1)).shape
        let (labels, targets) = try targets(samples: count, scores: Array(shapeOfScores.dropFirst()))
        let width = try loss.width(of: scores(session, samples.prefix(batch.fixed ?? 1)))

        let folder = try TemporaryFolder()
        let file = try sampleSource([("x", samples), ("labels", labels)], for: session.inputs, targets: loss.targetKind, in: folder)
        let source = loss.kind == .divergence ? try file.wanting(labels) : file
        let factors = try singularFactors()
        let probe = try SensitivityProbe(
            model: network, factors: factors.mapValues { LayerFactors(pairs: $0) },
            output: MeasuredOutput(name: ProbeCase.output, loss: loss, width: width),
            batch: batch
        ) { count in
            try source.trial(count)
        }
        let sweep = try SensitivitySweep.collecting(
            by: probe, over: source, batch: batch, seed: seed, threads: 1, on: place
        ) { _ in }
        return Result(probe: probe, sweep: sweep, factors: factors, samples: samples, targets: targets)
    }

    /// - Parameter scores: shape of one sample's scores; where it has positions, some of them do not count.
    private func targets(samples: Int, scores: [Int]) throws -> (array: Tensor, targets: Targets) {
        let positions = scores.dropLast().reduce(1, *)
        switch loss.kind {
        case .crossEntropy:
            let labels = (0..<(samples * positions)).map { position in
                positions > 1 && position % 5 == 2 ? Labels.ignored : position * 7 % (scores.last ?? 1)
            }
            let array = try Tensor(shape: positions > 1 ? [samples, positions] : [samples], labels.map(Int64.init))
            return (array, .classes(labels, positions: positions))
        case .divergence:
            let width = scores.last ?? 1
            // Some of the positions, and of the classes, do not count.
            let rows = (0..<(samples * positions)).map { row -> [Float] in
                guard positions == 1 || row % 5 != 2 else { return Array(repeating: 0, count: width) }
                let parts = (0..<width).map { Float((row + 3 * $0) % 4) }
                return parts.map { $0 / parts.reduce(0, +) }
            }
            let array = try Tensor(shape: [samples] + (positions > 1 ? [positions] : []) + [width], rows.flatMap(\.self))
            return (array, .distributions(rows.flatMap { $0.map(Double.init) }, positions: positions))
        case .binaryCrossEntropy, .squaredError:
            let width = scores.reduce(1, *)
            let values = (0..<(samples * width)).map { loss.kind == .squaredError ? Float($0 % 7) - 3 : Float($0 % 3 % 2) }
            return (try Tensor(shape: [samples, width], values), .values(values.map(Double.init), perSample: width))
        case .output:
            return (Tensor([Int64](repeating: 0, count: samples)), .none)
        }
    }

    private func singularFactors() throws -> [String: [FactorPair]] {
        var factors: [String: [FactorPair]] = [:]
        for layer in LayerCatalogue(model: network).layers {
            factors[layer.name] = try layer.matrices(in: network).map { try FactorPair($0.thinSVD(), rank: layer.fullRank) }
        }
        return factors
    }

    /// Every sample's loss with one component of one layer, in all its groups, scaled.
    func losses(scaling component: Int, of layer: String, by scale: Double, in result: Result) throws -> [Double] {
        let pairs = try result.factors[layer, default: []].map { pair in
            var scales = [Double](repeating: 1, count: pair.rank)
            scales[component] = scale
            return FactorPair(first: pair.first, second: try pair.second.scalingColumns(by: scales))
        }
        let rewritten = try Rewriting.apply([layer: LayerFactors(pairs: pairs)], to: network, allowingAnyRank: true).model
        let session = try Session(model: rewritten.serialized())
        return try loss.evaluate(scores(session, result.samples), result.targets, samples: result.samples.shape[0]).losses
    }

    private func scores(_ session: Session, _ samples: Tensor) throws -> Tensor {
        guard let scores = try session.run(["x": samples], outputs: [ProbeCase.output])[ProbeCase.output] else { throw NoScores() }
        return scores
    }

    struct NoScores: Error {}
}

extension Tensor {
    /// The first `count` samples.
    fileprivate func prefix(_ count: Int) throws -> Tensor {
        let shape = [count] + shape.dropFirst()
        return try Tensor(
            elementType: elementType, shape: shape, bytes: Array(bytes.prefix(Tensor.byteCount(of: elementType, shape: shape))))
    }
}
