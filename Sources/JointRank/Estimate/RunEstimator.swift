internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Reporting
internal import Search

/// Expects what a run takes, from a short look at its model and its samples.
struct RunEstimator {
    /// What a command does of the whole.
    enum Phase: CaseIterable {
        case calibrate, plan, verify
    }

    private let model: LoadedModel
    private let times: PhaseTimes
    /// Bytes that the values of all batches under way take.
    private let batchBytes: Int

    /// Runs the model on a few samples.
    ///
    /// - Parameter shares: of the parameters, that a frontier keeps at its points, descending; nil where a run chooses one point.
    /// - Throws: what the run would throw for options, samples and layers that do not go with the model.
    static func looking(at model: LoadedModel, _ split: SampleSplit, _ run: Run, shares: [Double]? = nil) throws -> RunEstimator {
        let options = run.options
        let catalogue = LayerCatalogue(model: model.model)
        let selected = try LayerSelection(include: options.include, exclude: options.exclude).layers(in: catalogue)
        let forced = Set(try LayerSelection(include: options.forcedRanks.map(\.pattern)).layers(in: catalogue).map(\.name))
        let observed = try ObservedTypes(of: model.runnable, batch: try model.batch) { count in try split.fit.wholeTrial(count) }
        // What time rules out is not known before layers are timed.
        let costs = selected.map {
            LayerCosts($0.shape, storable: $0.storableForms(in: model.model, types: observed.types), currency: .parameters)
        }
        let times = PhaseTimes(
            units: try UnitCosts.measuring(model, on: split.select, options: options), layers: selected,
            factorable: selected.count { forced.contains($0.name) },
            costs: ModelCosts(
                costs, currency: .parameters,
                totals: ModelTotals(parameters: model.parameters, mergedParameters: model.merged.parameters)),
            options: options, shares: shares,
            samples: split.counts)
        let schedule = BatchSchedule(try model.batch, bytesPerSample: observed.bytesPerSample, threads: options.threads)
        return RunEstimator(
            model: model, times: times, batchBytes: schedule.batchSize * schedule.concurrency * observed.bytesPerSample)
    }

    func estimate(_ phases: Set<Phase>) -> WorkEstimate {
        var options: CompressionOptions { times.options }
        var notes: [String] = []
        if options.countsTime {
            notes.append("ranks that are measured to be slower are ruled out, so the smallest size may be larger")
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
                calibrate: phases.contains(.calibrate) ? times.calibrate : nil, plan: phases.contains(.plan) ? times.plan : nil,
                verify: phases.contains(.verify) ? times.verify : nil),
            memoryMiB: memory, basis: .init(samples: times.units.samples, seconds: times.units.seconds), notes: notes)
    }

    /// What the process has taken so far, with what the widest sweep takes on top.
    private var memory: Double {
        let layers = MemoryBudget(limit: times.options.memoryLimit).bytes(of: times.layers, samples: times.samples.fitted)
        return PeakMemory.mebibytes + Double(layers + 3 * batchBytes) / 1_048_576
    }
}
