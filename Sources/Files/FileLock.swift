internal import Foundation
internal import SystemPackage

/// A lock on a file, that ends with its process, however that ends.
///
/// On a file and not on its folder: network file systems tell other machines nothing of locks on folders.
package final class FileLock {
    private let file: OpenDescriptor
    /// False on a file system that knows no locks, where nobody else has one either.
    let isHeld: Bool

    private init(_ file: OpenDescriptor, isHeld: Bool) {
        self.file = file
        self.isHeld = isHeld
    }

    /// Locks a file, which is made where there is none.
    ///
    /// - Returns: nil where somebody else has locked the file, or has removed it meanwhile.
    /// - Throws: why the file cannot be opened for writing.
    package static func taking(_ path: String) throws(FileError) -> FileLock? {
        let file = try OpenDescriptor(
            path, .readWrite, options: [.create, .noFollow], permissions: FilePermissions(rawValue: 0o644))
        let isHeld = flock(file.number, LOCK_EX | LOCK_NB) == 0
        guard isHeld || errno != EWOULDBLOCK, let named = try? Stat(at: path, followingLinks: false),
            (try? file.status())?.identity == named.identity
        else { return nil }
        return FileLock(file, isHeld: isHeld)
    }
}
