internal import Calibration
internal import Digests
internal import Files
internal import Foundation
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
public import Reporting
internal import Tensors

/// Writes what another device needs to time a model's layers: every layer by itself, dense and as factors, the whole model, and a Python script
/// that times them there and writes a table for ``LatencyOptions/table``.
///
/// Made-up values take the place of weight matrices and kernels, and as long. Biases and other small or integer constants are the original's.
public struct LatencyModels: Sendable {
    private let path: String
    private let batch: Int?
    private let calibration: String?
    private let data: DataOptions

    /// - Parameters:
    ///   - model: path of an ONNX file.
    ///   - batch: samples in a run on the device; nil for the batch that the model fixes, else 1.
    ///   - calibration: path of samples that show the inputs' shapes; nil where the model fixes all but the batch.
    ///   - data: how samples become inputs.
    public init(_ model: String, batch: Int? = nil, calibration: String? = nil, data: DataOptions = DataOptions()) {
        path = model
        self.batch = batch
        self.calibration = calibration
        self.data = data
    }

    /// Writes a folder that does not exist yet, whole or not at all.
    ///
    /// - Throws: ``JointRankError``.
    public func write(to folder: String, progress: ProgressHandler? = nil) throws(JointRankError) -> LatencyModelsSummary {
        do {
            try LatencyOptions(batch: batch).check()
            guard !FileManager.default.fileExists(atPath: folder) else {
                throw JointRankError(.cannotWrite, "cannot write '\(folder)': it exists already")
            }
            let model = try LoadedModel(path: path, threads: 1, merging: true)
            let stacked = try LoadedModel(path: path, threads: 1, merging: true, stacking: true)
            let staging = try StagingFolder(for: folder)
            let place = staging.path.appendingToPath("models")
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
            let source = try calibration.map { try model.samples(from: $0, data.withoutLabels, progress) }
            let inputs = { (count: Int) in try source?.wholeTrial(count) ?? model.zeros(samples: count) }
            var writer = LatencyModelsWriter(place, samples: try Deployment(threads: 1, batch: batch).samples(of: model))
            for model in stacked.stacks.isEmpty ? [model] : [model, stacked] {
                try writer.addLayers(of: model, inputs, progress)
            }
            try writer.add(model.runnable, key: LatencyTable.key(ofModel: FileDigest.of(path)), inputs(writer.samples))
            let summary = try writer.finish(as: folder)
            try FileManager.default.moveItem(atPath: place, toPath: folder)
            return summary
        } catch {
            throw JointRankError(error)
        }
    }
}

extension LoadedModel {
    /// Inputs of zeros.
    ///
    /// - Throws: ``JointRankError`` where more than the batch is left open.
    fileprivate func zeros(samples: Int) throws -> [String: Tensor] {
        var zeros: [String: Tensor] = [:]
        for input in inputs {
            let lengths = input.shape.enumerated().map { axis, length in length ?? (axis == 0 ? samples : nil) }
            let shape = lengths.compactMap(\.self)
            guard let type = input.elementType, shape.count == lengths.count else {
                throw JointRankError(
                    .usage, "the model leaves open how long input '\(input.name)' is: give samples that show it, with --calibration")
            }
            zeros[input.name] = try Tensor(
                elementType: type, shape: shape, bytes: Array(repeating: 0, count: Tensor.byteCount(of: type, shape: shape)))
        }
        return zeros
    }
}

extension DataOptions {
    /// The same options, for samples whose labels do not matter.
    fileprivate var withoutLabels: DataOptions {
        var options = self
        options.loss = .output("")
        return options
    }
}
