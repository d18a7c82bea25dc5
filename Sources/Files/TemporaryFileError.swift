/// Why there is no temporary file.
package enum TemporaryFileError: Error, Hashable, CustomStringConvertible {
    case noRoom(folder: String, byteCount: Int, free: UInt)
    /// What the system said.
    case refused(folder: String, reason: String)

    init(_ error: FileError) {
        self = .refused(folder: error.path, reason: error.reason)
    }

    package var description: String {
        switch self {
        case .noRoom(let folder, let byteCount, let free):
            "\(byteCount) bytes are needed but '\(folder)' has \(free) free; set TMPDIR to another folder"
        case .refused(let folder, let reason): "no temporary file in '\(folder)': \(reason)"
        }
    }
}
