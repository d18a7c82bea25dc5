internal import Files
internal import Foundation
internal import ONNXModel

/// A model file on probation: written into a folder of its own beside its destination, moved there when it has passed, and removed with the
/// folder otherwise. Nothing at the destination changes before.
struct StagedOutput: ~Copyable {
    /// The file to read again and judge.
    let path: String
    private let folder: StagingFolder
    private let destination: String

    /// Fails early, before any long work, where the destination cannot be written.
    ///
    /// - Throws: `ModelError.cannotWrite`.
    init(for destination: String, from model: Model) throws(ModelError) {
        try model.checkDestination(destination)
        do { folder = try StagingFolder(for: destination) } catch { throw .cannotWrite(path: error.path, reason: error.reason) }
        path = "\(folder.path)/\(destination.nameOfPath)"
        self.destination = destination
    }

    func write(_ model: Model) throws {
        try model.save(to: path)
    }

    /// Moves the model, and the external data beside it, to the destination.
    consuming func commit() throws {
        for suffix in [".data", ""] where FileManager.default.fileExists(atPath: path + suffix) {
            guard rename(path + suffix, destination + suffix) == 0 else {
                throw ModelError.cannotWrite(path: destination + suffix, reason: FileError.last(destination).reason)
            }
        }
    }
}
