internal import OnnxRuntimeEngine
internal import Reporting

/// A run's work folder, from its opening to its end.
struct OpenWork {
    /// nil where nothing is kept.
    let folder: WorkFolder?

    /// Opens the folder that the options name, if they name one.
    ///
    /// - Parameter fingerprint: not asked for where there is no folder, as it takes a look at all files.
    init(_ fingerprint: @autoclosure () throws -> RunFingerprint, _ run: Run) throws {
        folder = try run.options.workFolder.map { try WorkFolder($0, fingerprint(), restart: run.options.restarts) }
        if let folder, folder.hasThrownAway { run.report("throwing away the work in '\(folder.path)', of another run that has ended") }
        if let folder, folder.hasEntries { run.report("going on from the work in '\(folder.path)'") }
    }

    /// For the run that opened the folder.
    var journal: Journal { journal(knowing: [:]) }

    /// - Parameter known: results of other runs, by place.
    func journal(knowing known: [String: StoredRecord]) -> Journal { Journal(folder, knowing: known) }

    /// Does the run's work, and removes the folder when it is done. When it fails, the folder stays where the same command may do better next
    /// time.
    ///
    /// - Parameter retry: what the result is that makes the same work of use for another run; nil where it does not.
    func finishing<Result>(
        keptFor retry: (Result) -> CompressionReport.Retry? = { _ in nil }, _ work: () throws -> Result
    ) throws -> Result {
        do {
            let result = try work()
            if retry(result) == nil { folder?.remove() } else { folder?.end() }
            return result
        } catch {
            throw ended(by: error)
        }
    }

    /// What to say of the error that has ended the run.
    private func ended(by error: any Error) -> any Error {
        guard let folder else { return error }
        let failure = JointRankError(error)
        switch failure.category {
        case .interrupted where folder.hasEntries:
            return JointRankError(.interrupted, "interrupted; the same command goes on from '\(folder.path)'")
        case .outOfMemory where folder.hasEntries:
            return JointRankError(.outOfMemory, "\(failure.description); the same command goes on from '\(folder.path)'")
        case .cannotWrite where folder.hasEntries, .internalError where folder.hasEntries: break
        default: folder.remove()
        }
        return error
    }
}
