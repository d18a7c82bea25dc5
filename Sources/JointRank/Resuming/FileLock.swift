internal import Foundation

/// A lock on a file, that ends with its process, however that ends.
///
/// On a file and not on its folder: network file systems tell other machines nothing of locks on folders.
final class FileLock {
    private let descriptor: Int32
    /// False on a file system that knows no locks, where nobody else has one either.
    let isHeld: Bool

    private init(_ descriptor: Int32, isHeld: Bool) {
        self.descriptor = descriptor
        self.isHeld = isHeld
    }

    deinit {
        close(descriptor)
    }

    /// Locks a file, which is made where there is none.
    ///
    /// - Returns: nil where somebody else has locked the file, or has removed it meanwhile.
    /// - Throws: why the file cannot be opened for writing.
    static func taking(_ path: String) throws(POSIXError) -> FileLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        let isHeld = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        let isTaken = !isHeld && errno == EWOULDBLOCK
        let lock = FileLock(descriptor, isHeld: isHeld)
        var (own, named) = (stat(), stat())
        let isThere = fstat(descriptor, &own) == 0 && lstat(path, &named) == 0 && own.st_dev == named.st_dev && own.st_ino == named.st_ino
        return isTaken || !isThere ? nil : lock
    }
}

extension POSIXError {
    /// What the system calls the error.
    var reason: String { String(cString: strerror(code.rawValue)) }
}
