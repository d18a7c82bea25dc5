internal import Calibration
internal import GraphRewriting
internal import ONNXModel
internal import Reporting
internal import Search

/// Divides the logits of a result by the temperature that suits it best, in its last layer.
///
/// The temperature is fitted on the labelled fit and select samples, so that the certify samples judge it as they judge the rest.
struct TemperatureFolding {
    private let calibrated: CalibratedModel
    private let scale: LogitScale
    private let run: Run

    init(_ calibrated: CalibratedModel, _ run: Run) throws {
        self.calibrated = calibrated
        scale = try TemperatureFolding.scale(of: calibrated.model, run)
        self.run = run
    }

    /// - Throws: ``JointRankError`` where the loss has no temperature, or the model no linear last layer. Say so before the long work.
    static func check(_ model: LoadedModel, _ run: Run) throws {
        _ = try scale(of: model, run)
    }

    /// Whether ``check(_:_:)`` finds nothing.
    static func isPossible(for model: LoadedModel, _ run: Run) -> Bool { (try? scale(of: model, run)) != nil }

    private static func scale(of model: LoadedModel, _ run: Run) throws -> LogitScale {
        guard run.options.data.loss == .crossEntropy else {
            throw JointRankError(
                .usage, "--fold-temperature is for the loss 'cross-entropy', and not for '\(run.options.data.loss.description)'")
        }
        do {
            return try LogitScale(of: model.measuredOutput(run.options.data), in: model.model)
        } catch let error as LogitScaleError {
            throw JointRankError(.badInput, "--fold-temperature: '\(model.path)': \(error)")
        }
    }

    /// The temperature that suits a written model.
    func temperature(of path: String) throws -> CompressionReport.FoldedTemperature {
        let split = calibrated.split
        let samples = try split.fit.joined(with: split.select)
        let model = try LoadedModel(path: path, threads: run.options.threads, provider: calibrated.model.provider)
        let evaluator = try calibrated.model.evaluator(of: samples, run.options.data)
        let losses = try evaluator.evaluate(model.session(for: evaluator.schedule), curves: true) { done in
            run.report("fitting the temperature", completed: done, total: samples.count)
        }
        return .init(temperature: losses.curves.bestTemperature(), layer: scale.node, samples: samples.count)
    }

    /// The model with layers in the form that they are stored in, and its logits divided by a temperature.
    func written(_ layers: [FactoredLayer], dividingBy temperature: Double) throws -> Model {
        do {
            let names = Set(calibrated.calibrator.catalogue.layers.filter { $0.weightName == scale.weightName }.map(\.name))
            let scaled = try layers.map { try names.contains($0.name) ? $0.scaled(by: 1 / temperature) : $0 }
            return try calibrated.written(scaled, into: scale.scaled(by: 1 / temperature))
        } catch let error as LogitScaleError {
            throw JointRankError(.badInput, "--fold-temperature: \(error)")
        }
    }
}
