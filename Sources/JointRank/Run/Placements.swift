internal import Calibration
internal import Files
internal import OnnxRuntimeEngine
internal import Tensors

/// Says what providers leave to the CPU: once of each graph, for looking costs as much as opening it.
final class Placements {
    /// What was said, in order.
    private(set) var warnings: [String] = []
    private var known: Set<String> = []

    /// Looks at a model on its own provider, and warns where a part of it runs elsewhere.
    ///
    /// - Parameter title: what the model is called; one of the same title on the same provider is not looked at again.
    func check(_ model: LoadedModel, as title: String, threads: Int, _ progress: (String) -> Void) throws {
        guard isNew(title, on: model.provider) else { return }
        let options = SessionOptions(intraOpThreads: threads, provider: model.provider)
        add(.placement(try Placement(of: model.runnable, options: options)), title, progress)
    }

    /// Warns where a model gives other values on its provider than on the CPU, once for each title. It is measured on the provider all the
    /// same, as that is where it is to run.
    ///
    /// - Parameter inputs: of one sample, or of the batch that the model fixes.
    func compare(_ model: LoadedModel, as title: String, on inputs: [String: Tensor], _ run: Run) throws {
        guard isNew("\(title) compared", on: model.provider) else { return }
        let expected = try model.running(on: .cpu).session.run(inputs)
        let difference = ValueDifference(of: try model.session.run(inputs), from: expected)
        guard !difference.isRounding else { return }
        add(.difference(model.provider, share: difference.share, isReplaced: false), title) { run.report($0) }
    }

    /// As ``check(_:as:threads:_:)``, within a run.
    func check(_ model: LoadedModel, as title: String, _ run: Run) throws {
        try check(model, as: title, threads: run.options.threads) { run.report($0) }
    }

    /// Where a graph that is made of a model runs. Whatever is found there is said once of all graphs of the same title.
    func place(_ title: String, of model: LoadedModel, _ run: Run) -> ProbePlace {
        guard model.provider != .cpu else { return .cpu }
        let title = "\(title) of \(model.path.quoted)"
        return ProbePlace(model.provider, asksPlacement: isNew(title, on: model.provider)) { finding in
            let isSaid: Bool
            switch finding {
            case .placement: isSaid = false
            case .refusal: isSaid = !self.isNew("\(title) refused", on: model.provider)
            case .difference: isSaid = !self.isNew("\(title) differs", on: model.provider)
            }
            if !isSaid { self.add(finding, title) { run.report($0) } }
        }
    }

    private func isNew(_ title: String, on provider: ExecutionProvider) -> Bool {
        provider != .cpu && known.insert("\(provider) \(title)").inserted
    }

    private func add(_ finding: ProviderFinding, _ title: String, _ progress: (String) -> Void) {
        guard let warning = finding.warning(of: title) else { return }
        warnings.append(warning)
        progress("warning: \(warning)")
    }
}
