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
    ///   - progress: called with the number of samples done.
    /// - Throws: `CancellationError` when the task was cancelled; ``SweepError`` for derivatives that are not finite; what reading and
    ///   running throw.
    package static func collecting(
        by probe: SensitivityProbe, over source: SampleSource, batch: BatchPolicy, seed: UInt64, threads: Int,
        progress: (Int) -> Void
    ) throws -> SensitivitySweep {
        let session = try Session(
            of: probe.model, options: SessionOptions(intraOpThreads: threads, memoryPattern: false))
        var sensitivities = probe.layers.map { ComponentSensitivities(componentCount: $0.components) }
        var baseline = SampleLosses()
        var directions = SoftDirections()
        let size = batch.size(bytesPerSample: probe.bytesPerSample)
        for (indices, valid) in batch.batches(count: source.count, size: size) {
            try Task.checkCancellation()
            let targets = try source.targets(indices)
            var inputs = try source.inputs(indices)
            inputs.merge(try ProbeSeeds.inputs(targets, of: probe.output, samples: indices, seed: seed)) { own, _ in own }
            let outputs = try session.run(inputs)
            for (index, layer) in probe.layers.enumerated() {
                var batchSensitivities: ComponentSensitivities?
                for gate in layer.gates {
                    var use = ComponentSensitivities(componentCount: layer.components)
                    use.append(
                        first: try layer.perSample(outputs[gate.first], samples: indices.count, valid: valid),
                        fisher: try layer.perSample(outputs[gate.fisher], samples: indices.count, valid: valid), groups: layer.groups)
                    batchSensitivities?.merge(use)
                    batchSensitivities = batchSensitivities ?? use
                }
                if let batchSensitivities { sensitivities[index].append(batchSensitivities) }
            }
            if probe.areDirectionsSoft, case .distributions(let answers, let positions) = targets {
                // The original's answers, which are about those of the model as it stands.
                directions.add(answers.prefix(valid * positions * probe.output.width), classes: probe.output.width)
            }
            if let scores = outputs[probe.output.name] {
                baseline.append(try probe.output.loss.evaluate(scores, targets, samples: indices.count).prefix(valid))
            }
            progress(baseline.losses.count)
        }
        for index in sensitivities.indices { sensitivities[index].scaleFisher(by: directions.scale) }
        return SensitivitySweep(sensitivities: sensitivities, baseline: baseline)
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
