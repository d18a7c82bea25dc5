internal import Calibration
internal import Files
internal import OnnxRuntimeEngine

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
