internal import Calibration
internal import Files
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Reporting
internal import Search
internal import Tensors

/// A model ready for planning: its layers in the basis of the method, and the means to look at them again.
struct CalibratedModel {
    let model: LoadedModel
    /// The model with all numbers in float32 or float64, where gradients and candidates are computed.
    let inSinglePrecision: LoadedModel
    let recipe: MethodRecipe
    let split: SampleSplit
    let calibrator: Calibrator
    /// All components of the layers that gradients reach; where ranks were forced and no data counts, these alone.
    let layers: [FactoredLayer]
    /// Why other selected layers stay dense, by name.
    let obstacles: [String: String]
    let costs: ModelCosts
    /// Of the model's values, for one sample.
    let types: [String: TensorType]
    /// Nil where time does not count.
    let latencySource: LatencySource?
    private let factorType: FactorType?

    /// Collects what the fit samples say of the layers, puts these in the basis of the method, and times them where time counts.
    ///
    /// - Parameter isCertified: whether results are to be certified, and layers timed where the options let time count; without that, their
    ///   costs say nothing then.
    static func calibrating(
        _ model: LoadedModel, split: SampleSplit, isCertified: Bool = true, _ run: Run
    ) throws -> CalibratedModel {
        let options = run.options
        // Operator set 13 is the first whose Cast knows bfloat16.
        if options.factorType == .bfloat16, try model.model.opsetVersion < 13 {
            throw JointRankError(
                .usage, "--factor-type bfloat16: '\(model.path)' has operator set \(try model.model.opsetVersion), and 13 is needed")
        }
        if isCertified, let warning = SampleAdvice.warning(certify: split.certify.count) { run.report("warning: \(warning)") }
        // Latency is measured in the end even where it does not count.
        if isCertified { _ = try Deployment(options).samples(of: model) }
        let source = options.countsTime && isCertified ? try LatencySource(options) : nil
        try run.placements.check(model, as: model.path.quoted, run)
        let recipe = MethodRecipe(options)
        let calibrated = try model.inSinglePrecision(threads: options.threads)
        let calibrator = try Calibrator(calibrated, split: split, run)
        let observed = try ObservedTypes(of: model.runnable, batch: try model.batch) { count in
            try split.fit.wholeTrial(count)
        }
        let types = observed.types
        var basisLayers = try layers(of: calibrated, types, recipe, calibrator, run)
        let cost = options.countsMacs ? try counted(model, types, options) : nil
        let milliseconds = try source?.time(of: model, on: split.select)
        let totals = ModelTotals(
            parameters: model.parameters, mergedParameters: model.merged.parameters, operations: cost?.total, milliseconds: milliseconds)
        let currency = options.currency(totals)
        let catalogued = try calibrator.catalogued(basisLayers.layers)
        let storable = catalogued.map { $0.storableForms(in: model.model, types: types) }
        let times = try source.map {
            try LayerTiming.times(of: catalogued, storable: storable, in: model, types: observed, from: $0, run)
        }
        for index in basisLayers.layers.indices {
            basisLayers.layers[index].costs = LayerCosts(
                basisLayers.layers[index].shape, storable: storable[index], currency: currency, times: times?[index],
                operations: cost?.byRank(of: catalogued[index], forms: storable[index]))
        }
        return CalibratedModel(
            model: model, inSinglePrecision: calibrated, recipe: recipe, split: split, calibrator: calibrator,
            layers: basisLayers.layers, obstacles: basisLayers.obstacles,
            costs: ModelCosts(basisLayers.layers.map(\.costs), currency: currency, totals: totals),
            types: types, latencySource: source, factorType: options.factorType)
    }

    /// The selected layers in the basis of the method.
    private static func layers(
        of model: LoadedModel, _ types: [String: TensorType], _ recipe: MethodRecipe, _ calibrator: Calibrator, _ run: Run
    ) throws -> BasisLayers {
        let options = run.options
        let selected = try LayerSelection(include: options.include, exclude: options.exclude).layers(in: calibrator.catalogue)
        func viewed() throws -> [Layer] {
            run.report("decomposing \(selected.count) layers")
            return try SchemeChoice(model.runnable, types: types, options).layers(selected, schemes: recipe.schemes)
        }
        if recipe.basis == .plain, !options.forcedRanks.isEmpty {
            // Nothing is to be learned from data, and layers need not be in memory whole.
            let viewed = try viewed()
            let ranks = try ForcedRanks(options.forcedRanks, for: viewed.map(\.shape), in: calibrator.catalogue).byName
            let layers = try [FactoredLayer].read(
                viewed.filter { ranks[$0.name] != nil }, of: model.runnable, ranks: ranks, threads: options.threads)
            return BasisLayers(layers: layers, obstacles: [:])
        }
        return try run.journal.value(
            "calibration", writing: { try $0.record }, reading: { try BasisLayers($0, of: selected) }
        ) {
            try calibrator.expressed(.read(viewed(), of: model.runnable, threads: options.threads), in: recipe.basis)
        }
    }

    /// - Throws: ``JointRankError`` where some multiply-accumulates are not known.
    private static func counted(_ model: LoadedModel, _ types: [String: TensorType], _ options: CompressionOptions) throws -> ComputeCost {
        let cost = ComputeCost(model: model.model, types: types)
        guard cost.total != nil else {
            let option = options.optimize == .macs ? "--optimize macs" : Targets.Unit.operations.option
            throw JointRankError(.badInput, "\(option): cannot count the multiply-accumulates of '\(model.path)': a shape is unknown")
        }
        return cost
    }

    /// The model with layers in the form that they are stored in; all others are as they are in the model.
    ///
    /// - Parameter other: the model with other weights; nil for the model itself.
    func written(_ layers: [FactoredLayer], into other: Model? = nil) throws -> Model {
        try layers.written(into: other ?? model.model, types: types, factorType: factorType) { $0.form }
    }
}

extension Layer {
    /// The forms that the model's operators allow.
    ///
    /// - Parameter types: of the model's values.
    func storableForms(in model: Model, types: [String: TensorType]) -> [StorageForm] {
        StorageForm.allCases.filter { obstacle(to: $0, in: model, types: types) == nil }
    }
}

extension CompressionOptions {
    /// What ranks are paid in.
    ///
    /// - Parameter totals: of the model.
    fileprivate func currency(_ totals: ModelTotals) -> CostCurrency {
        switch optimize {
        case .size: keepLatency == nil ? .parameters : .parametersIfNotSlower
        case .macs: .operations
        case .latency: .milliseconds
        case .balanced:
            switch (mode, keepParameters, keepMacs, keepLatency) {
            // The best loss at a size is not found by paying for time as well, nor the other way round.
            case (.lossless, _?, nil, nil): .parametersIfNotSlower
            case (.lossless, nil, nil, _?): .milliseconds
            default: .parametersAndTime(parameters: Double(max(totals.parameters, 1)), milliseconds: totals.milliseconds ?? 1)
            }
        }
    }
}

extension ComputeCost {
    /// The operations of a layer, dense and at every rank in some forms; nil where they are not known.
    func byRank(of layer: Layer, forms: [StorageForm]) -> LayerOperations? {
        of(layer).map { dense in
            LayerOperations(
                dense: dense,
                factored: Dictionary(
                    uniqueKeysWithValues: forms.map { form in (form, (0...layer.fullRank).map { of(layer, rank: $0, form: form) }) }))
        }
    }
}
