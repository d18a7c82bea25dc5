internal import Files

/// Why data could not be read, converted or written. Every description is one line in the user's terms.
///
/// Names that come from a file are quoted, shortened and freed from control characters, so that a hostile file cannot
/// shape a terminal or a log.
package enum DatasetError: Error, Hashable, CustomStringConvertible {
    /// Nothing is at this path.
    case missingFile(String)
    /// Something is at this path, but it is no regular file, may not be read, or fails while being read.
    case unreadableFile(String, reason: String)
    /// The file's content is damaged or of no kind that is read here.
    case badFile(String, reason: String)
    /// The data hold no array of this name.
    case missingArray(String, file: String?, available: [String])
    /// An array is damaged, or is not what is asked of it. `file` is nil for arrays that were made in memory.
    case badArray(String, file: String?, reason: String)
    /// One sample of an array is not what is asked of it; samples count from 0.
    case badSample(Int, array: String, reason: String)
    /// A setting makes no sense whatever the data are.
    case badSetting(String)
    /// There is no room, or no right, to unpack an array into a temporary file.
    case temporaryStorage(String)
    case unwritableFile(String, reason: String)
    /// The task was cancelled while data were read.
    case cancelled

    package var description: String {
        switch self {
        case .missingFile(let path): "\(path.quoted): no such file"
        case .unreadableFile(let path, let reason): "\(path.quoted) cannot be read: \(reason)"
        case .badFile(let path, let reason): "\(path.quoted): \(reason)"
        case .missingArray(let name, let file, let available):
            "no array \(name.quoted)\(inside(file)); there \(available.count == 1 ? "is" : "are") \(list(available))"
        case .badArray(let name, let file, let reason): "array \(name.quoted)\(inside(file)): \(reason)"
        case .badSample(let sample, let array, let reason): "array \(array.quoted), sample \(sample): \(reason)"
        case .badSetting(let reason), .temporaryStorage(let reason): reason
        case .unwritableFile(let path, let reason): "\(path.quoted) cannot be written: \(reason)"
        case .cancelled: "interrupted"
        }
    }

    private func inside(_ file: String?) -> String {
        file.map { " in \($0.quoted)" } ?? ""
    }

    private func list(_ names: [String]) -> String {
        guard !names.isEmpty else { return "none" }
        let shown = names.prefix(8).map(\.quoted).joined(separator: ", ")
        return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
    }
}
