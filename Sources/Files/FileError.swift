internal import Foundation
package import SystemPackage

/// Why a file or folder cannot be opened, read or written.
package struct FileError: Error, Hashable, CustomStringConvertible {
    package let path: String
    /// In words, without the path.
    package let reason: String
    /// What the system said; nil where it was not asked.
    package let code: Errno?

    init(_ path: String, _ code: Errno) {
        (self.path, reason, self.code) = (path, "\(code)", code)
    }

    init(_ path: String, reason: String) {
        (self.path, self.reason, code) = (path, reason, nil)
    }

    /// What the last system call on this thread said.
    package static func last(_ path: String) -> FileError { FileError(path, Errno(rawValue: errno)) }

    /// Whether the path, or a folder on the way to it, does not exist.
    package var isMissing: Bool { code == .noSuchFileOrDirectory || code == .notDirectory }

    package var description: String { "\(path.quoted): \(reason)" }
}
