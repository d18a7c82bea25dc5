internal import Foundation
internal import ONNXModel

/// A model file on probation: written into a folder of its own beside its destination, moved there when it has passed, and removed with the
/// folder otherwise. Nothing at the destination changes before.
struct StagedOutput: ~Copyable {
    /// The file to read again and judge.
    let path: String
    private let folder: String
    private let destination: String

    /// Fails early, before any long work, where the destination cannot be written.
    ///
    /// - Parameter work: the run's work folder, by which what is left there when the process is killed is found again.
    /// - Throws: `ModelError.cannotWrite`.
    init(for destination: String, from model: Model, in work: WorkFolder? = nil) throws {
        try model.checkDestination(destination)
        let name = (destination as NSString).lastPathComponent
        folder = try StagedOutput.folder(beside: destination, in: work)
        path = "\(folder)/\(name)"
        self.destination = destination
    }

    private static func folder(beside destination: String, in work: WorkFolder?) throws -> String {
        let parent = destination.folderOfPath
        if let folder = work?.outputFolder(forMovesTo: parent) {
            try? FileManager.default.removeItem(atPath: folder)
            guard mkdir(folder, 0o755) == 0 else {
                throw ModelError.cannotWrite(path: destination, reason: String(cString: strerror(errno)))
            }
            return folder
        }
        let name = (destination as NSString).lastPathComponent
        var template = Array("\(parent.isEmpty ? "." : parent)/.\(name).XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ModelError.cannotWrite(path: destination, reason: String(cString: strerror(errno)))
        }
        return template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    func write(_ model: Model) throws {
        try model.save(to: path)
    }

    /// Moves the model, and the external data beside it, to the destination.
    consuming func commit() throws {
        for suffix in [".data", ""] where FileManager.default.fileExists(atPath: path + suffix) {
            guard rename(path + suffix, destination + suffix) == 0 else {
                throw ModelError.cannotWrite(path: destination + suffix, reason: String(cString: strerror(errno)))
            }
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }
}
