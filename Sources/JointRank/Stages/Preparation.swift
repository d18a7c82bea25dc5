internal import Calibration
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Reporting
internal import Tensors

/// A model ready for planning: its layers in the basis of the method, and the means to look at them again.
struct Preparation {
    let model: LoadedModel
    /// The model with all numbers in float32 or float64, where gradients and candidates are computed.
    let calibrated: LoadedModel
    let recipe: MethodRecipe
    let split: SampleSplit
    let calibrator: Calibrator
    /// All components, the layers that gradients reach.
    let layers: FactoredLayers
    /// Squared singular values by layer and component; empty where all ranks were prescribed.
    let energies: [[Double]]
    /// Why other selected layers stay dense, by name.
    let obstacles: [String: String]
    let costs: LayerCosts
    /// The type to store factors in; nil for the weights' own.
    private let factorType: FactorType?
    /// Of the model's values, for one sample.
    let types: [String: TensorType]

    /// - Parameter isCertified: whether results are to be certified, and layers timed where the options let time count; without that, their
    ///   costs say nothing then.
    init(
        _ model: LoadedModel, split: SampleSplit, options: CompressionOptions, isCertified: Bool = true, journal: Journal,
        progress: ProgressHandler?
    ) throws {
        let selection = LayerSelection(include: options.include, exclude: options.exclude)
        self.model = model
        factorType = options.factorType
        // Operator set 13 is the first whose Cast knows bfloat16.
        if options.factorType == .bfloat16, try model.model.opsetVersion < 13 {
            throw JointRankError(
                .usage, "--factor-type bfloat16: '\(model.path)' has operator set \(try model.model.opsetVersion), and 13 is needed")
        }
        recipe = MethodRecipe(options)
        self.split = split
        if isCertified, let warning = SampleAdvice.warning(certify: split.certify.count) {
            progress?(Progress(stage: "warning: \(warning)", completed: 0, total: nil))
        }
        calibrated = try model.inSinglePrecision(threads: options.threads)
        calibrator = try Calibrator(calibrated, split: split, options: options, journal: journal, progress: progress)
        let selected = try selection.layers(in: calibrator.catalogue)
        let (recipe, calibrated, calibrator) = (recipe, calibrated, calibrator)
        func viewed() throws -> [Layer] {
            progress?(Progress(stage: "decomposing \(selected.count) layers", completed: 0, total: nil))
            let form = options.optimize == .size ? StorageForm.pivoted : .factors
            return try SchemeChoice.layers(
                selected, of: calibrated.runnable, schemes: recipe.schemes, form: form, share: options.keepParameters,
                threads: options.threads)
        }
        if recipe.basis == .plain, !options.forcedRanks.isEmpty {
            // Nothing is to be learned from data, and layers need not be in memory whole.
            let viewed = try viewed()
            let prescribed = try PrescribedRanks(options.forcedRanks, for: viewed, in: calibrator.catalogue).ranks
                .sorted { $0.key < $1.key }
            layers = try FactoredLayers(
                prescribed.map { viewed[$0.key] }, of: calibrated.runnable, ranks: prescribed.map(\.value), threads: options.threads)
            energies = layers.layers.map { _ in [] }
            obstacles = [:]
        } else {
            let expressed = try journal.value(
                "calibration", writing: { try $0.record }, reading: { try Expressed($0, of: selected) }
            ) {
                try calibrator.expressed(
                    FactoredLayers(viewed(), of: calibrated.runnable, threads: options.threads), in: recipe.basis)
            }
            (layers, energies, obstacles) = (expressed.layers, expressed.energies, expressed.obstacles)
        }
        let types = try ObservedTypes(of: model.runnable, batch: try model.batch) { count in
            try split.fit.wholeTrial(count)
        }.types
        let storable = layers.layers.map { $0.storableForms(in: model.model, types: types) }
        let latency =
            options.optimize == .size || !isCertified
            ? nil
            : try LatencyTable(
                layers.layers, storable: storable, of: model, types: types, threads: options.threads, progress: progress)
        costs = LayerCosts(
            layers.layers, storable: storable, optimize: options.optimize, latency: latency, totalParameters: model.parameters,
            mergedParameters: model.merged.parameters)
        self.types = types
    }

    /// The form that each of a point's layers is stored in.
    ///
    /// - Parameter forced: layers whose rank was prescribed, which are stored as two factors whatever that saves.
    func form(_ index: Int, of layers: FactoredLayers, forced: Set<Int>) -> StorageForm {
        forced.contains(index) ? .factors : costs.form(layer: index, rank: layers.ranks[index])
    }

    /// The model with a point's layers in the form that they are stored in.
    ///
    /// - Parameter only: the one layer that does not stay as it is in the model; nil for all.
    func written(_ point: FrontierPoint, forced: Set<Int> = [], only: Int? = nil) throws -> Model {
        let (layers, range) = (point.layers, only.map { $0..<$0 + 1 } ?? point.layers.layers.indices)
        return try layers.restricted(to: range).written(
            into: model.model, form: { form(range.lowerBound + $0, of: layers, forced: forced) },
            forced: Set(forced.filter(range.contains).map { $0 - range.lowerBound }), types: types, factorType: factorType)
    }
}

extension FactoredLayers {
    /// A model with these layers in the place of its own; layers of full rank stay as they are.
    ///
    /// - Parameter forced: layers that are written as factors even so.
    func written(
        into model: Model, form: (Int) -> StorageForm, forced: Set<Int>, types: [String: TensorType], factorType: FactorType?
    ) throws -> Model {
        try Rewriting.apply(
            factors(form: form, forced: forced), to: model, types: types, metadata: ["jointrank.version": Compressor.version],
            factorType: factorType?.elementType, allowingAnyRank: true
        ).model
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

extension FactorType {
    fileprivate var elementType: ElementType {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        }
    }
}
