internal import Datasets
internal import Foundation
package import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Tensors

/// The gates' derivatives, collected over samples.
package struct SensitivitySweep: Sendable {
    /// By layer, in the probe's order.
    package let sensitivities: [ComponentSensitivities]
    /// The original's losses, from the same forward pass.
    package let baseline: SampleLosses

    /// Runs a probe over samples.
    ///
    /// - Parameters:
    ///   - seed: of the output directions drawn for the curvature.
    ///   - place: where the graph runs.
    ///   - progress: called with the number of samples done.
    /// - Throws: `CancellationError` when the task was cancelled; ``SweepError`` for derivatives that are not finite; what reading and
    ///   running throw.
    package static func collecting(
        by probe: SensitivityProbe, over source: SampleSource, batch: BatchPolicy, seed: UInt64, threads: Int,
        on place: ProbePlace = .cpu, progress: (Int) -> Void
    ) throws -> SensitivitySweep {
        let schedule = BatchSchedule(batch, bytesPerSample: probe.bytesPerSample, threads: threads)
        let batches = batch.batches(count: source.count, size: schedule.batchSize)
        @Sendable func inputs(_ indices: [Int]) throws -> [String: Tensor] {
            let seeds = try ProbeSeeds.inputs(source.targets(indices), of: probe.output, samples: indices, seed: seed)
            return try source.inputs(indices).merging(seeds) { own, _ in own }
        }
        let session = try place.session(
            of: probe.model, options: SessionOptions(intraOpThreads: schedule.threadsPerBatch, memoryPattern: false)
        ) { try inputs(batches.first?.indices ?? []) }
        var sensitivities = probe.layers.map { ComponentSensitivities(componentCount: $0.components) }
        var baseline = SampleLosses()
        var directions = SoftDirections()
        try schedule.forEach(of: batches) { indices, valid in
            let targets = try source.targets(indices)
            return try BatchGates(session.run(inputs(indices)), of: probe, targets, samples: indices.count, valid: valid)
        } take: { found in
            for (index, own) in found.sensitivities.enumerated() { sensitivities[index].append(own) }
            directions.add(found.directions)
            baseline.append(found.baseline)
            progress(baseline.losses.count)
        }
        for index in sensitivities.indices { sensitivities[index].scaleFisher(by: directions.scale) }
        return SensitivitySweep(sensitivities: sensitivities, baseline: baseline)
    }
}

/// What one batch tells.
private struct BatchGates {
    /// By layer, in the probe's order.
    var sensitivities: [ComponentSensitivities] = []
    var directions = SoftDirections()
    var baseline = SampleLosses()

    /// - Parameters:
    ///   - outputs: of the probe.
    ///   - valid: the samples that count, of those that there are.
    init(_ outputs: [String: Tensor], of probe: SensitivityProbe, _ targets: Targets, samples: Int, valid: Int) throws {
        for layer in probe.layers {
            var own = ComponentSensitivities(componentCount: layer.components)
            for (number, gate) in layer.gates.enumerated() {
                var use = ComponentSensitivities(componentCount: layer.components)
                use.append(
                    first: try layer.perSample(outputs[gate.first], samples: samples, valid: valid),
                    fisher: try layer.perSample(outputs[gate.fisher], samples: samples, valid: valid), groups: layer.groups)
                if number == 0 { own = use } else { own.merge(use) }
            }
            sensitivities.append(own)
        }
        if probe.areDirectionsSoft, case .distributions(let answers, let positions) = targets {
            // The original's answers, which are about those of the model as it stands.
            directions.add(answers.prefix(valid * positions * probe.output.width), classes: probe.output.width)
        }
        if let scores = outputs[probe.output.name] {
            baseline = try probe.output.loss.evaluate(scores, targets, samples: samples).prefix(valid)
        }
    }
}

extension SensitivityProbe.Layer {
    /// [samples, components] of the valid samples; where rows are positions of samples, those of a sample are added up.
    fileprivate func perSample(_ tensor: Tensor?, samples: Int, valid: Int) throws(SweepError) -> [Float] {
        let width = groups * components
        guard let tensor, let values: [Float] = tensor.elements(), tensor.shape.last == width, values.count % (samples * width) == 0 else {
            throw .shape(layer: name, tensor?.shape ?? [])
        }
        guard values.allSatisfy(\.isFinite) else { throw .notFinite(layer: name) }
        let positions = values.count / (samples * width)
        guard positions > 1 else { return Array(values.prefix(valid * width)) }
        var sums = [Float](repeating: 0, count: valid * width)
        for sample in 0..<valid {
            for position in 0..<positions {
                let start = (sample * positions + position) * width
                for component in 0..<width { sums[sample * width + component] += values[start + component] }
            }
        }
        return sums
    }
}
