internal import Foundation
internal import GraphRewriting
package import LinearAlgebra
package import LowRank
package import ONNXModel
internal import OnnxRuntimeEngine
internal import Tensors

/// Second moments of the hidden values of layers that are written as two factors, over samples and positions.
package struct MomentSweep: Sendable {
    /// By layer name: for each group the mean of h hᵀ, rank x rank; uses of a shared weight are added up.
    package let moments: [String: [Matrix]]

    /// Moments need far fewer samples than there are: each brings many positions.
    private static let mostSamples = 1024

    /// - Parameters:
    ///   - model: without external data.
    ///   - factors: by layer name: the full-rank factors of each group.
    /// - Throws: `CancellationError` when the task was cancelled; what reading and running throw.
    package init(
        of model: Model, factors: [String: [FactorPair]], over source: SampleSource, batch: BatchPolicy, threads: Int,
        progress: (Int, Int) -> Void
    ) throws {
        let rewritten = try Rewriting.apply(factors.mapValues { LayerFactors(pairs: $0) }, to: model, allowingAnyRank: true)
        let observed = try ObservedTypes(of: rewritten.model, batch: batch) { count in
            try source.inputs((0..<count).map { min($0, source.count - 1) })
        }
        let (graph, outputs) = MomentSweep.graph(rewritten, types: observed.types)
        guard !outputs.isEmpty else {
            moments = [:]
            return
        }
        let session = try Session(model: graph.serialized(), options: SessionOptions(intraOpThreads: threads, memoryPattern: false))

        let batches = batch.batches(
            count: min(source.count, MomentSweep.mostSamples), size: batch.size(bytesPerSample: observed.bytesPerSample))
        // The repeated samples that fill up a fixed batch would count too much.
        let whole = batches.filter { $0.valid == $0.indices.count }
        let used = whole.isEmpty ? batches : whole
        let count = used.reduce(0) { $0 + $1.valid }
        var sums: [String: [Double]] = [:]
        var done = 0
        for (indices, valid) in used {
            try Task.checkCancellation()
            let results = try session.run(source.inputs(indices), outputs: outputs.map(\.output))
            for (layer, output) in outputs {
                guard let values = results[output].flatMap(MomentSweep.doubles) else { continue }
                guard values.allSatisfy(\.isFinite) else { throw SweepError.inputsNotFinite(layer: layer) }
                sums[layer] = sums[layer].map { zip($0, values).map { $0 + $1 } } ?? values
            }
            done += valid
            progress(done, count)
        }
        moments = try sums.reduce(into: [:]) { result, entry in
            guard let pairs = factors[entry.key], let rank = pairs.first?.rank else { return }
            let width = pairs.count * rank
            let joint = try Matrix(rows: width, columns: width, elements: entry.value)
            result[entry.key] = pairs.indices.map { group in
                let range = (group * rank)..<((group + 1) * rank)
                return joint.rows(range).columns(range).scaled(by: 1 / Double(count))
            }
        }
    }

    /// The model with hᵀ h of every hidden value, rows being samples and positions, as its outputs.
    private static func graph(
        _ rewritten: RewrittenModel, types: [String: TensorType]
    ) -> (model: Model, outputs: [(layer: String, output: String)]) {
        var model = rewritten.model
        var builder = GraphBuilder(avoiding: model.proto.graph.allNames)
        var outputs: [(layer: String, output: String)] = []
        model.proto.graph.output = []
        // Stated shapes can be wrong.
        model.proto.graph.valueInfo = []
        for (layer, values) in rewritten.hiddenValues.sorted(by: { $0.key < $1.key }) {
            for hidden in values {
                guard let type = types[hidden.value], type.rank >= 1 else { continue }
                let axis = hidden.componentAxis < 0 ? hidden.componentAxis + type.rank : hidden.componentAxis
                guard type.shape.indices.contains(axis), let width = type.shape[axis].fixedLength else { continue }
                let hint = "moment/\(hidden.value)"
                let others = type.shape.indices.filter { $0 != axis }
                let rows = builder.emit("Transpose", [hidden.value], [.ints("perm", others + [axis])], hint: hint)
                let flat = builder.emit("Reshape", [rows, builder.integers([-1, width])], hint: hint)
                let columns = builder.emit("Transpose", [flat], [.ints("perm", [1, 0])], hint: hint)
                let moment = builder.emit("MatMul", [columns, flat], hint: hint)
                model.proto.graph.output.append(ValueInfoProto(name: moment, TensorType(type.elementType, [.fixed(width), .fixed(width)])))
                outputs.append((layer, moment))
            }
        }
        model.proto.graph.node += builder.nodes
        model.proto.graph.initializer += builder.initializers
        return (model, outputs)
    }

    private static func doubles(_ tensor: Tensor) -> [Double]? {
        tensor.elements(as: Float.self)?.map(Double.init) ?? tensor.elements(as: Double.self)
    }
}
