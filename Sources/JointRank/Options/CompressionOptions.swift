internal import Search

/// What to make smaller, and how far.
public struct CompressionOptions: Sendable, Hashable, Codable {
    /// What is sought.
    public enum Mode: String, Sendable, Hashable, CaseIterable, Codable {
        /// The best loss, at a size that may be limited.
        case lossless
        /// The smallest size whose loss stays within the tolerance.
        case compact
    }

    /// Path of the ONNX file to make smaller, which is never written to.
    public var model: String
    /// Labelled samples to fit and select on, and to certify on where there is no holdout.
    public var calibration: String
    /// Samples to learn from as well, by what the original says of them; nil for none. Nothing is selected or certified on these.
    public var unlabelled: String?
    /// Labelled samples that are looked at once, at the end.
    public var holdout: String?
    /// Path of the ONNX file to write, whole or not at all.
    public var output: String
    /// What is sought.
    public var mode: Mode
    /// How components and ranks are chosen.
    public var method: Method
    /// Pieces of the joint method to leave out.
    public var omitted: Set<Ablation> {
        get { Set(pieces) }
        set { pieces = newValue.sorted { $0.rawValue < $1.rawValue } }
    }
    /// In one order, so that the same options are the same text.
    private var pieces: [Ablation]
    /// What counts besides the loss.
    public var optimize: Optimization
    /// The most parameters to keep, as a share of all of the model's; nil for no limit.
    public var keepParameters: Double?
    /// The most multiply-accumulates to keep, as a share of all of the model's; nil for no limit.
    public var keepMacs: Double?
    /// The most time that the result may take, measured on this machine, as a share of the model's; nil for no more than all of it where time
    /// counts.
    public var keepLatency: Double?
    /// What times are measured for.
    public var latency = LatencyOptions()
    /// The rise of the mean loss that is acceptable, in nats; nil for no limit of its own.
    public var tolerance: Double?
    /// How far the model's own first metric may fall: a share of all answers, points of accuracy or correlation over 100; of language models a share
    /// by which the perplexity may rise. Nil for no limit of its own. ``Mode/compact`` without this and ``tolerance`` keeps 0.005, or what the samples can show.
    public var maximumDrop: Double?
    /// How files of samples become inputs and labels.
    public var data: DataOptions
    /// Glob patterns over layer names; only matching layers are treated where there are any.
    public var include: [String]
    /// Glob patterns over layer names that are left alone.
    public var exclude: [String]
    /// Ranks to write regardless of the search, by glob pattern; nil is the full rank.
    public var forcedRanks: [ForcedRank]
    /// Of the splits and of the drawn output directions: the same seed gives the same file.
    public var seed: UInt64
    /// Threads that work on one operator, and layers decomposed side by side.
    public var threads: Int
    /// Where the result will run: it is certified and timed there, beside the original.
    public var provider: ProviderOption {
        get { otherProvider ?? .cpu }
        set { otherProvider = newValue == .cpu ? nil : newValue }
    }
    /// Where samples are run through the model and its candidates, for statistics, gradients and losses.
    public var calibrationProvider: ProviderOption {
        get { otherCalibrationProvider ?? .cpu }
        set { otherCalibrationProvider = newValue == .cpu ? nil : newValue }
    }
    /// Nil for the CPU, so that options that say nothing of providers keep their text.
    private var otherProvider: ProviderOption?
    /// As ``otherProvider``.
    private var otherCalibrationProvider: ProviderOption?
    /// Whether products of one value share a first factor.
    public var stacking: Stacking
    /// The type that factors are stored in; nil for the weights' own. They are cast to that when a runtime loads the model.
    public var factorType: FactorType?
    /// Bytes for the layers' factors and statistics, beside the model itself: fewer layers are looked at together; nil for all at once.
    public var memoryLimit: Int?
    /// A program that judges the original and the result; nil for none.
    public var metric: MetricOptions?

    /// Whether the report says what each factored layer changes by itself, which takes a pass over the select samples for each. The result is
    /// the same.
    public var measuresLayers = false

    /// Whether ``Compressor`` divides the result's logits by the temperature that suits it best, in its last layer. Answers stay the same, rounding
    /// aside; probabilities become those of a calibrated model. Phases and frontiers leave logits as they are.
    public var foldsTemperature = false

    /// As the command names its options.
    enum CodingKeys: String, CodingKey {
        case model, calibration, unlabelled, holdout, output, mode, method, optimize, latency, tolerance, data, include, exclude, seed,
            threads
        case pieces = "without"
        case keepParameters = "keep-params"
        case keepMacs = "keep-macs"
        case keepLatency = "keep-latency"
        case maximumDrop = "max-drop"
        case forcedRanks = "force-rank"
        case otherProvider = "provider"
        case otherCalibrationProvider = "calibration-provider"
        case stacking = "stack"
        case factorType = "factor-type"
        case memoryLimit = "memory-limit"
    }

    /// The folder where to keep what was found so far, from which an interrupted run goes on; nil keeps nothing. It is removed in the end.
    public var workFolder: String?
    /// Whether what an earlier run has left in the work folder is thrown away.
    public var restarts = false

    /// A rank that the user prescribes.
    public struct ForcedRank: Sendable, Hashable, TextCodable {
        /// A glob pattern over layer names.
        public var pattern: String
        /// Nil for the full rank, which saves nothing but shows that the form is exact.
        public var rank: Int?

        /// Sets every option.
        public init(pattern: String, rank: Int?) {
            self.pattern = pattern
            self.rank = rank
        }

        /// - Parameter text: `pattern=rank`, the rank being a number or `full`.
        public init?(_ text: String) {
            guard let separator = text.lastIndex(of: "=") else { return nil }
            let value = text[text.index(after: separator)...]
            let rank = Int(value)
            guard rank != nil || value == "full" else { return nil }
            self.init(pattern: String(text[..<separator]), rank: rank)
        }

        /// As it is written on the command line.
        public var description: String { "\(pattern)=\(rank.map(String.init) ?? "full")" }
    }

    /// Sets every option.
    public init(
        model: String, calibration: String, holdout: String? = nil, output: String, mode: Mode, method: Method = .joint,
        omitting omitted: Set<Ablation> = [], optimize: Optimization = .balanced,
        keepParameters: Double? = nil, keepMacs: Double? = nil, keepLatency: Double? = nil, tolerance: Double? = nil,
        maximumDrop: Double? = nil, data: DataOptions = DataOptions(),
        include: [String] = [],
        exclude: [String] = [], forcedRanks: [ForcedRank] = [], seed: UInt64 = 0, threads: Int = 2, stacking: Stacking = .never,
        factorType: FactorType? = nil,
        memoryLimit: Int? = nil, metric: MetricOptions? = nil
    ) {
        self.model = model
        self.calibration = calibration
        self.holdout = holdout
        self.output = output
        self.mode = mode
        self.method = method
        pieces = omitted.sorted { $0.rawValue < $1.rawValue }
        self.optimize = optimize
        self.keepParameters = keepParameters
        self.keepMacs = keepMacs
        self.keepLatency = keepLatency
        self.tolerance = tolerance
        self.maximumDrop = maximumDrop
        self.data = data
        self.include = include
        self.exclude = exclude
        self.forcedRanks = forcedRanks
        self.seed = seed
        self.threads = threads
        self.stacking = stacking
        self.factorType = factorType
        self.memoryLimit = memoryLimit
        self.metric = metric
    }

    func check() throws(JointRankError) {
        for asked in targets.asked where !(asked.share > 0 && asked.share <= 1) {
            throw JointRankError(.usage, "\(asked.unit.option) \(asked.share): a share above 0 and up to 1 is needed")
        }
        if let tolerance { try CompressionOptions.check(tolerance: tolerance) }
        if let maximumDrop { try CompressionOptions.check(maximumDrop: maximumDrop) }
        if !omitted.isEmpty, method != .joint {
            throw JointRankError(.usage, "--without is for the method 'joint', not '\(method.rawValue)'")
        }
        try data.checkDropMetric()
        try CompressionOptions.check(threads: threads)
        try latency.check()
        if latency.table != nil, !countsTime {
            throw JointRankError(
                .usage, "--latency-table is for runs in which time counts: --optimize balanced or latency, or --keep-latency")
        }
        try metric?.check()
        try provider.check("--provider")
        try calibrationProvider.check("--calibration-provider")
        if unlabelled != nil, !searchesByFidelity {
            throw JointRankError(
                .usage, "--unlabelled is for the joint method, which learns from the original's answers, and for the loss 'cross-entropy'")
        }
        for forced in forcedRanks {
            if let rank = forced.rank, rank < 1 {
                throw JointRankError(.usage, "a rank of \(rank) for '\(forced.pattern)' is not possible")
            }
        }
    }

    /// Whether the search goes by how far answers are from the original's, and not by the loss that is certified.
    var searchesByFidelity: Bool { method == .joint && data.loss == .crossEntropy && !omitted.contains(.fidelity) }

    /// Whether any plan could be what is asked for.
    func checkGoal() throws(JointRankError) {
        try checkDrop()
        let hasGoal = (tolerance ?? 0) > 0 || mode == .lossless && !targets.isEmpty || !forcedRanks.isEmpty
        guard data.loss == .divergence, !hasGoal else { return }
        throw JointRankError(
            .usage,
            "--loss divergence needs a --tolerance above 0, or a size and --mode lossless: the original's own is 0, and no smaller model's "
                + "is less")
    }

    static func check(tolerance: Double) throws(JointRankError) {
        guard tolerance >= 0, tolerance.isFinite else {
            throw JointRankError(.usage, "--tolerance \(tolerance): a rise of the mean loss, 0 or more, is needed")
        }
    }

    static func check(maximumDrop share: Double) throws(JointRankError) {
        guard share >= 0, share < 1 else {
            throw JointRankError(.usage, "--max-drop \(share): a share from 0 to less than 1 is needed, such as 0.5% or 0.005")
        }
    }

    static func check(threads: Int, option: String = "--threads") throws(JointRankError) {
        guard (1...1024).contains(threads) else { throw JointRankError(.usage, "\(option) \(threads): 1 to 1024 are possible") }
    }
}
