internal import Calibration
internal import Foundation
internal import GraphRewriting
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Reporting
internal import Tensors

/// A model that was read, checked and opened in the runtime.
struct LoadedModel: Sendable {
    let path: String
    /// As in the file, but for weights that were merged.
    let model: Model
    /// As the runtime takes it: with all tensors in memory, or, of a large model, in its files.
    let runnable: Model
    let inputs: [ValueDescription]
    let outputs: [ValueDescription]
    /// nil where the model is too large to be kept in the runtime while other work goes on.
    private let keptSession: Session?
    private let threads: Int
    /// What sessions of the model run on, as far as it can.
    let provider: ExecutionProvider
    private let batchPolicy: Result<BatchPolicy, BatchError>
    /// Bytes of the file and of the external data that belongs to it.
    let bytes: Int
    /// Of the file.
    let parameters: Int
    /// The weights that the file holds twice, and their elements.
    let merged: (weights: Int, parameters: Int)
    /// The products that were made one, by the names of their results.
    let stacks: [[String]]

    /// - Parameters:
    ///   - provider: what sessions of the model run on.
    ///   - stacking: whether products of one value become one.
    ///   - merging: whether weights that the file holds twice are taken as one, for a model that is to be made smaller.
    ///   - limit: the weights of a model of more bytes stay in its files.
    init(
        path: String, threads: Int, provider: ExecutionProvider = .cpu, merging: Bool = false, stacking: Bool = false,
        holding limit: Int = Model.largestInMemory
    ) throws {
        self.path = path
        let stored = try Model.load(from: path, holding: limit)
        try stored.validate()
        guard !stored.proto.graph.node.isEmpty else { throw JointRankError(.badInput, "'\(path)' has no nodes") }
        for tensor in stored.proto.graph.initializer { try tensor.checkStorage() }
        _ = try stored.opsetVersion
        parameters = try ParameterCount.of(stored.proto)
        let shared = merging ? try SharedWeights(mergedIn: stored) : nil
        merged = (shared?.removed.count ?? 0, shared?.removedParameters ?? 0)
        let stacked = stacking ? try StackedWeights(of: shared?.model ?? stored) : nil
        stacks = stacked?.stacks ?? []
        model = stacked?.model ?? shared?.model ?? stored
        runnable = try model.inliningExternalData(upTo: limit)
        self.threads = threads
        self.provider = provider
        if runnable.isHuge { LargeBlocks.giveBackWhenFreed() }
        let session = try LoadedModel.session(
            of: runnable, at: path, threads: threads, provider: provider, running: !runnable.isLarge)
        keptSession = runnable.isLarge ? nil : session
        (inputs, outputs) = (session.inputs, session.outputs)
        let inputs = inputs
        batchPolicy = Result { () throws(BatchError) in try BatchPolicy(inputs: inputs) }
        bytes = try stored.byteCount
    }

    /// The model in the runtime; a new session each time where it is too large to be kept.
    var session: Session {
        get throws { try keptSession ?? session(of: runnable, threads: threads) }
    }

    /// The model in the runtime, with the threads that a schedule has for each batch.
    func session(for schedule: BatchSchedule) throws -> Session {
        guard schedule.threadsPerBatch != threads else { return try session }
        return try session(of: runnable, threads: schedule.threadsPerBatch)
    }

    /// The model in the runtime, as it is timed.
    func session(for deployment: Deployment) throws -> Session {
        guard deployment.threads != threads || deployment.provider != provider else { return try session }
        return try LoadedModel.session(of: runnable, at: path, threads: deployment.threads, provider: deployment.provider)
    }

    /// The session of a model in this one's place.
    func session(of model: Model, threads: Int) throws -> Session {
        try LoadedModel.session(of: model, at: path, threads: threads, provider: provider)
    }

    /// - Parameters:
    ///   - widened: takes the place of the model, in memory only.
    ///   - session: of that.
    init(_ other: LoadedModel, inOtherPrecision widened: Model, session: Session) {
        self.init(other, runnable: widened, model: widened, provider: other.provider, session: session)
    }

    /// The same model on another provider; itself where that is the provider already.
    func running(on provider: ExecutionProvider) throws -> LoadedModel {
        guard provider != self.provider else { return self }
        let session = try LoadedModel.session(
            of: runnable, at: path, threads: threads, provider: provider, running: !runnable.isLarge)
        return LoadedModel(self, runnable: runnable, model: model, provider: provider, session: session)
    }

    private init(_ other: LoadedModel, runnable: Model, model: Model, provider: ExecutionProvider, session: Session) {
        path = other.path
        (self.model, self.runnable) = (model, runnable)
        keptSession = runnable.isLarge ? nil : session
        (threads, self.provider) = (other.threads, provider)
        (inputs, outputs) = (session.inputs, session.outputs)
        batchPolicy = other.batchPolicy
        (bytes, parameters, merged, stacks) = (other.bytes, other.parameters, other.merged, other.stacks)
    }

    /// How many samples go through the model at a time.
    ///
    /// - Throws: where its inputs do not agree on that, which matters to nobody who only looks at it.
    var batch: BatchPolicy {
        get throws(BatchError) { try batchPolicy.get() }
    }

    /// The output that the loss is computed from.
    func measuredOutput(_ options: DataOptions) throws(JointRankError) -> String {
        let names = outputs.map(\.name)
        if case .output(let name) = options.loss {
            guard names.contains(name) else {
                throw JointRankError(.usage, "--loss output:\(name): '\(path)' has the outputs \(names.joined(separator: ", "))")
            }
            return name
        }
        guard let name = options.output else {
            guard let first = names.first else { throw JointRankError(.badInput, "'\(path)' has no outputs") }
            return first
        }
        guard names.contains(name) else {
            throw JointRankError(.usage, "--output-name \(name): '\(path)' has the outputs \(names.joined(separator: ", "))")
        }
        return name
    }

    /// - Parameter progress: told of images that are decoded, and of what the model is asked.
    func samples(from file: String, _ options: DataOptions, _ progress: ProgressHandler?) throws -> SampleSource {
        let source = try samplesAlone(from: file, options, progress)
        return options.loss == .divergence ? try source.wanting(answers(on: source, options, progress)) : source
    }

    /// Without what this model says of them, where that is all that is wanted.
    func samplesAlone(from file: String, _ options: DataOptions, _ progress: ProgressHandler?) throws -> SampleSource {
        try SampleSource(
            path: file, inputs: self.inputs, labels: options.labels, targets: Loss(options.lossKind).targetKind,
            transform: options.transform(), images: options.images.preparation()
        ) { done, total in progress?(Progress(task: "reading \(file)", completed: done, total: total)) }
    }

    /// What a first batch shows.
    struct Trial {
        let session: Session
        let output: String
        let loss: Loss
        let indices: [Int]
        let scores: Tensor
        let schedule: BatchSchedule
    }

    /// Samples of a first batch, where the model does not fix how many.
    private static let trialSamples = 8

    /// Learns from a first batch what the scores are, and how many samples go through the model at a time.
    func trial(of source: SampleSource, _ options: DataOptions) throws -> Trial {
        let output = try measuredOutput(options)
        let batch = try batch
        let indices = (0..<(batch.fixed ?? min(source.count, LoadedModel.trialSamples))).map { min($0, source.count - 1) }
        let inputs = try source.inputs(indices)
        let session = try session
        guard let scores = try session.run(inputs, outputs: [output])[output] else {
            throw JointRankError(.badInput, "the model returned no output '\(output)'")
        }
        let loss = try Loss(options.lossKind, form: ScoreForm(of: scores, loss: options.lossKind))
        try checkFinite(scores)
        // Inputs stand for activations here: a batch of these sizes is small against the model's own values. So is what the host makes of
        // the scores.
        let inputBytes = inputs.values.reduce(0) { $0 + $1.bytes.count } / max(indices.count, 1)
        let bytesPerSample = max(64 * inputBytes, 4 * scores.bytes.count / max(indices.count, 1))
        let schedule = BatchSchedule(batch, bytesPerSample: bytesPerSample, threads: threads)
        return Trial(session: session, output: output, loss: loss, indices: indices, scores: scores, schedule: schedule)
    }

    /// What measures the loss on the samples.
    func evaluator(of source: SampleSource, _ options: DataOptions) throws -> LossEvaluator {
        let trial = try trial(of: source, options)
        let output = try checkedOutput(of: trial, source)
        return LossEvaluator(
            source: try cutting(source, trial.loss, trial.output, trial.session), output: output, batch: try batch,
            schedule: trial.schedule)
    }

    /// The output that the loss is computed from, which goes with the samples' labels.
    private func checkedOutput(of trial: Trial, _ source: SampleSource) throws -> MeasuredOutput {
        try trial.loss.check(trial.scores, goesWith: source.targets(trial.indices), samples: trial.indices.count)
        let width = try trial.loss.width(of: trial.scores)
        try source.checkLabels(classes: width)
        return MeasuredOutput(name: trial.output, loss: trial.loss, width: width)
    }

    /// See ``SampleAdvice/doubt(_:of:)``; by a first batch.
    func doubt(on source: SampleSource, _ options: DataOptions) throws -> String? {
        let trial = try trial(of: source, options)
        let output = try checkedOutput(of: trial, source)
        let losses = try trial.loss.evaluate(trial.scores, source.targets(trial.indices), samples: trial.indices.count)
        return SampleAdvice.doubt(losses.prefix(source.count), of: output)
    }

    /// The samples, whose padding is cut off only where that does not change a first few losses: what is called a mask need not be one.
    private func cutting(_ source: SampleSource, _ loss: Loss, _ output: String, _ session: Session) throws -> SampleSource {
        guard source.hasPadding else { return source }
        let whole = try source.withoutCutting
        for sample in 0..<min(source.count, LoadedModel.trialSamples) where try source.isCut([sample]) {
            let losses = try [source, whole].map { source in
                guard let scores = try session.run(source.inputs([sample]), outputs: [output])[output] else { return Double.nan }
                return try loss.evaluate(scores, source.targets([sample]), samples: 1).meanLoss
            }
            guard abs(losses[0] - losses[1]) <= 1e-4 * max(1, abs(losses[1])) else { return whole }
        }
        return source
    }
}
