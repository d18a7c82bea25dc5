internal import Foundation

/// A failed system call.
struct SystemError: Error, Hashable, CustomStringConvertible {
    let code: Int32

    /// The error that the last system call on this thread left behind.
    static var last: SystemError { SystemError(code: errno) }

    /// Whether the path, or a folder on the way to it, does not exist.
    var isMissingFile: Bool { code == ENOENT || code == ENOTDIR }

    var description: String { String(cString: strerror(code)) }
}
