internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Reporting

/// Expects what a run takes, from a short look at its model and its samples.
struct RunEstimator {
    /// What a command does of the whole.
    enum Stage: CaseIterable {
        case calibrate, plan, verify
    }

    private let model: LoadedModel
    private let times: StageTimes
    /// Bytes that the values of a batch take.
    private let batchBytes: Int

    /// - Parameter shares: of the parameters, that a frontier keeps at its points, descending; nil where a run chooses one point.
    /// - Throws: what the run would throw for options, samples and layers that do not go with the model.
    init(_ model: LoadedModel, _ split: SampleSplit, _ options: CompressionOptions, shares: [Double]? = nil) throws {
        self.model = model
        let catalogue = LayerCatalogue(model: model.model)
        let selected = try LayerSelection(include: options.include, exclude: options.exclude).layers(in: catalogue)
        let prescribed = Set(try LayerSelection(include: options.forcedRanks.map(\.pattern)).layers(in: catalogue).map(\.name))
        let observed = try ObservedTypes(of: model.runnable, batch: try model.batch) { count in try split.fit.wholeTrial(count) }
        let storable = selected.map { $0.storableForms(in: model.model, types: observed.types) }
        // What time rules out is not known before layers are timed.
        let costs = LayerCosts(
            selected, storable: storable, optimize: .size, latency: nil, totalParameters: model.parameters,
            mergedParameters: model.merged.parameters)
        batchBytes = try model.batch.size(bytesPerSample: observed.bytesPerSample) * observed.bytesPerSample
        times = StageTimes(
            units: try UnitCosts(model, on: split.select, options: options), layers: selected,
            factorable: selected.count { prescribed.contains($0.name) }, costs: costs, options: options, shares: shares,
            samples: .init(fit: split.fit.count, select: split.select.count, certify: split.certify.count))
    }

    func estimate(_ stages: Set<Stage>) -> WorkEstimate {
        var options: CompressionOptions { times.options }
        var notes: [String] = []
        if options.optimize != .size {
            notes.append("--optimize \(options.optimize.rawValue) rules out ranks that are not faster, so the smallest size may be larger")
        }
        if options.stacking == .auto { notes.append("--stack auto plans twice, so times may double") }
        if options.data.loss == .divergence {
            notes.append("the original was asked what it says of all samples, which the run does again; that comes on top")
        }
        if options.metric != nil { notes.append("what the program of --metric-command takes comes on top") }
        return WorkEstimate(
            model: model.path, layers: times.layers.count, samples: times.samples,
            size: .init(
                parameters: model.parameters, bytes: model.bytes, smallestShare: times.layers.isEmpty ? 1 : times.costs.smallestShare,
                askedShare: options.keepParameters),
            seconds: .init(
                calibrate: stages.contains(.calibrate) ? times.calibrate : nil, plan: stages.contains(.plan) ? times.plan : nil,
                verify: stages.contains(.verify) ? times.verify : nil),
            memoryMiB: memory, basis: .init(samples: times.units.samples, seconds: times.units.seconds), notes: notes)
    }

    /// What the process has taken so far, with what the widest sweep takes on top.
    private var memory: Double {
        let layers = MemoryBudget(limit: times.options.memoryLimit).bytes(of: times.layers, samples: times.samples.fit)
        return PeakMemory.mebibytes + Double(layers + 3 * batchBytes) / 1_048_576
    }
}
