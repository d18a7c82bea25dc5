package import GraphRewriting
internal import LinearAlgebra
package import LowRank
package import ONNXModel
internal import OnnxRuntimeEngine
internal import Tensors

/// The second moments that bases are made of, collected over samples.
package struct StatisticsSweep: Sendable {
    /// By layer name; no entry where gradients do not reach the layer.
    package let statistics: [String: LayerStatistics]
    /// Why the other layers have none, by name.
    package let obstacles: [String: String]

    /// Moments need far fewer samples than there are: each brings many positions.
    package static let mostSamples = 1024

    /// Samples that are enough to look again at layers that changed a little.
    package static let mostSamplesAgain = 512

    /// Runs a model over samples.
    ///
    /// - Parameters:
    ///   - layers: those to look at, from the model's catalogue.
    ///   - factors: of these layers, by name.
    ///   - most: samples to use at most.
    ///   - seed: of the output directions drawn for the gradients.
    ///   - place: where the graph runs.
    /// - Throws: `CancellationError` when the task was cancelled; ``SweepError`` for values that are not finite; what reading and
    ///   running throw.
    package static func collecting(
        from model: Model, layers: [Layer], factors: [String: LayerFactors], evaluator: LossEvaluator, batch: BatchPolicy,
        most: Int = StatisticsSweep.mostSamples, seed: UInt64, threads: Int,
        on place: ProbePlace = .cpu, progress: (Int, Int) -> Void
    ) throws -> StatisticsSweep {
        let source = evaluator.source
        let probe = try StatisticsProbe(
            model: model, layers: layers, factors: factors, output: evaluator.output, batch: batch
        ) { count in
            try source.trial(count)
        }
        guard !probe.layers.isEmpty else { return StatisticsSweep(statistics: [:], obstacles: probe.obstacles) }
        let count = min(source.count, most)
        let largest = BatchSchedule(
            batch, bytesPerSample: probe.bytesPerSample, bytesPerBatch: 2 * probe.momentBytes, threads: threads)
        // Two batches at least, for two halves.
        let schedule = batch.fixed == nil ? largest.limited(to: max(1, (count + 1) / 2)) : largest
        let names = probe.layers.flatMap { $0.moments + $0.sums }
        let batches = batch.batches(count: count, size: schedule.batchSize)
        // The repeated samples that fill up a fixed batch would count too much.
        let whole = batches.filter { $0.valid == $0.indices.count }
        let used = whole.isEmpty ? batches : whole
        @Sendable func inputs(_ indices: [Int]) throws -> [String: Tensor] {
            try source.inputs(indices).merging(
                ProbeSeeds.inputs(source.targets(indices), of: probe.output, samples: indices, seed: seed)
            ) { own, _ in own }
        }
        let session = try place.session(
            of: probe.model, options: SessionOptions(intraOpThreads: schedule.threadsPerBatch, memoryPattern: false), outputs: names
        ) { try inputs(used.first?.indices ?? []) }
        var halves: [[String: [Double]]] = [[:], [:]]
        var done = 0
        try schedule.forEach(of: used) { indices, valid in
            (try session.run(inputs(indices), outputs: names), valid)
        } take: { (found: (sums: [String: Tensor], valid: Int)) in
            for (name, tensor) in found.sums {
                guard tensor.add(to: &halves[2 * done < count ? 0 : 1][name, default: []]) else {
                    throw SweepError.shape(layer: name, tensor.shape)
                }
            }
            done += found.valid
            progress(done, used.reduce(0) { $0 + $1.valid })
        }
        let statistics = try probe.layers.reduce(into: [:]) { result, layer in
            result[layer.name] = try layer.statistics(&halves)
        }
        return StatisticsSweep(statistics: statistics, obstacles: probe.obstacles)
    }
}

extension StatisticsProbe.Layer {
    /// - Parameter halves: sums over halves of the samples, by output name; the layer's are taken out, for all of them together are large.
    fileprivate func statistics(_ halves: inout [[String: [Double]]]) throws -> LayerStatistics {
        var whole: [String: [Double]] = [:]
        for name in moments + sums {
            let parts = halves.compactMap { $0[name] }
            whole[name] = parts.dropFirst().reduce(parts.first) { sum, part in sum.map { zip($0, part).map { $0 + $1 } } }
        }
        // One batch has no halves.
        guard halves.allSatisfy({ !$0.isEmpty }) else { return try statistics(&whole, halves: []) }
        let parts = try halves.indices.map { try statistics(&halves[$0], halves: []) }
        return try statistics(&whole, halves: parts)
    }

    /// - Parameter sums: by output name; the layer's are taken out.
    private func statistics(_ sums: inout [String: [Double]], halves: [LayerStatistics]) throws -> LayerStatistics {
        func total(_ names: [String]) throws -> [Double] {
            let all = names.compactMap { sums.removeValue(forKey: $0) }
            guard all.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { throw SweepError.inputsNotFinite(layer: name) }
            guard let first = all.first else { return [] }
            return all.dropFirst().reduce(first) { zip($0, $1).map { $0 + $1 } }
        }
        func matrices(_ names: [String], order: Int) throws -> [Matrix] {
            let values = try total(names)
            let size = order * order
            guard values.count == groups * size else { throw SweepError.shape(layer: name, [groups, order, order]) }
            return try (0..<groups).map { group in
                try Matrix(rows: order, columns: order, elements: Array(values[(group * size)..<((group + 1) * size)]))
            }
        }
        let transposed =
            transposedInputs.isEmpty
            ? nil
            : LayerStatistics(
                inputs: try matrices(transposedInputs, order: components), gradients: try matrices(transposedGradients, order: components)
            ).transposed
        if inputs.isEmpty, let transposed { return transposed.having(halves) }
        let own = LayerStatistics(
            inputs: try matrices(inputs, order: components), gradients: try matrices(gradients, order: components),
            inputMagnitudes: try total(inputMagnitudes),
            inputChannels: inputChannels.isEmpty ? [] : try matrices(inputChannels, order: channels),
            outputGradientSquares: try total(outputGradientSquares))
        return try (transposed.map { try own.adding($0) } ?? own).having(halves)
    }
}
