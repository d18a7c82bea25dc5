internal import Calibration
internal import Digests
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Search

/// Where times come from: this machine's clock, or a table of another device.
enum LatencySource {
    case clock(Deployment)
    case table(LatencyTable, path: String)

    /// Seconds to time one form of a layer with.
    private static let layerBudget = 0.04

    init(_ options: CompressionOptions) throws(JointRankError) {
        if let path = options.latency.table {
            self = .table(try LatencyTable(path: path), path: path)
        } else {
            self = .clock(Deployment(options))
        }
    }

    /// Samples in a run of a model.
    func samples(of model: LoadedModel) throws -> Int {
        switch self {
        case .clock(let deployment):
            return try deployment.samples(of: model)
        case .table(let table, let path):
            guard let fixed = try model.batch.fixed, fixed != table.batch else { return table.batch }
            throw JointRankError(.badInput, "'\(path)' has times of \(table.batch) samples, and '\(model.path)' takes \(fixed) at a time")
        }
    }

    /// Milliseconds that a whole model takes.
    func time(of model: LoadedModel, on samples: SampleSource) throws -> Double {
        switch self {
        case .clock(let deployment):
            return try ModelLatency(of: model, on: samples, for: deployment).milliseconds
        case .table(let table, let path):
            guard let time = table[LatencyTable.key(ofModel: try FileDigest.of(model.path))] else {
                throw JointRankError(.badInput, "'\(path)' was measured for another model than '\(model.path)', or another version of it")
            }
            return time
        }
    }

    /// The measured time of smaller models as a share of the original's; nil where only layers by themselves predict it.
    func share(of original: LoadedModel, on samples: SampleSource) -> ((Model) throws -> Double)? {
        guard case .clock(let deployment) = self else { return nil }
        let latency = ModelLatency(of: original, on: samples, for: deployment)
        return { try latency.share(of: $0) }
    }

    /// Milliseconds that a layer takes by itself, dense and at the ranks of a grid.
    ///
    /// - Parameters:
    ///   - forms: to time.
    ///   - cache: of times that were measured here.
    func times(of single: SingleLayerModel, _ forms: [StorageForm], _ cache: inout LatencyCache) throws -> LayerTimes {
        func time(_ variant: SingleLayerModel.Variant) throws -> Double {
            switch self {
            case .clock(let deployment):
                let key = "\(single.key(variant)); \(try deployment.conditions)"
                if let known = cache[key] { return known }
                try Task.checkCancellation()
                let session = try Session(model: single.model(variant).serialized(), options: deployment.sessionOptions)
                let measured = try LatencyMeasurement(deployment.clock, budget: LatencySource.layerBudget).median(
                    of: session, inputs: single.inputs)
                cache[key] = measured
                return measured
            case .table(let table, let path):
                guard let time = table[single.key(variant)] else {
                    throw JointRankError(.badInput, "'\(path)' has no time of '\(single.key(variant))', which layer '\(single.name)' needs")
                }
                return time
            }
        }
        let dense = try time(.dense)
        var factored: [StorageForm: [(rank: Int, time: Double)]] = [:]
        for form in forms {
            factored[form] = try single.ranks(form).map { ($0, try time(.factored(rank: $0, form))) }
        }
        return LayerTimes(dense: dense, factored: factored)
    }
}
