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
        add(try Placement(of: model.runnable, options: options), title, progress)
    }

    /// As ``check(_:as:threads:_:)``, within a run.
    func check(_ model: LoadedModel, as title: String, _ run: Run) throws {
        try check(model, as: title, threads: run.options.threads) { run.report($0) }
    }

    /// Takes what is found of a graph that is made of a model; nil where that is known, or nothing can be left to the CPU.
    func listener(_ title: String, of model: LoadedModel, _ run: Run) -> ((Placement) -> Void)? {
        let title = "\(title) of \(model.path.quoted)"
        guard isNew(title, on: model.provider) else { return nil }
        return { self.add($0, title) { run.report($0) } }
    }

    private func isNew(_ title: String, on provider: ExecutionProvider) -> Bool {
        provider != .cpu && known.insert("\(provider) \(title)").inserted
    }

    private func add(_ placement: Placement, _ title: String, _ progress: (String) -> Void) {
        guard let warning = placement.warning(of: title) else { return }
        warnings.append(warning)
        progress("warning: \(warning)")
    }
}
