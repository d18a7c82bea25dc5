internal import Foundation
internal import ONNXModel

/// A hidden folder for what is on probation, in the folder where that is to go, as files are moved within one disk alone.
///
/// Goes with the end of its life. What a killed process leaves goes with the next one that is made beside it: each is locked while it is in use,
/// by its process, however that ends.
struct StagingFolder: ~Copyable {
    private static let prefix = ".jointrank-staged-"
    /// Others may take a new folder for one that was left, until it is locked.
    private static let mostAttempts = 100

    let path: String
    private let lock: FolderLock

    /// - Throws: `ModelError.cannotWrite` about `destination`.
    init(for destination: String) throws(ModelError) {
        let parent = destination.folderOfPath.isEmpty ? "." : destination.folderOfPath
        StagingFolder.clear(parent)
        for _ in 1...StagingFolder.mostAttempts {
            var template = Array("\(parent)/\(StagingFolder.prefix)XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { break }
            let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            guard let lock = FolderLock(path) else { continue }
            (self.path, self.lock) = (path, lock)
            return
        }
        throw .cannotWrite(path: destination, reason: String(cString: strerror(errno)))
    }

    /// Removes what no process has locked.
    private static func clear(_ parent: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let path = "\(parent)/\(name)"
            guard let lock = FolderLock(path), lock.isHeld else { continue }
            withExtendedLifetime(lock) { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// A lock on a folder, that ends with its process at the latest.
private final class FolderLock {
    private let descriptor: Int32
    /// False on a file system that knows no locks, where nobody else has one either.
    let isHeld: Bool

    /// Nil where another process has locked the folder, or has removed it.
    init?(_ path: String) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        isHeld = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        let isTaken = !isHeld && errno == EWOULDBLOCK
        var (own, named) = (stat(), stat())
        guard !isTaken, fstat(descriptor, &own) == 0, lstat(path, &named) == 0, own.st_ino == named.st_ino else {
            close(descriptor)
            return nil
        }
    }

    deinit {
        close(descriptor)
    }
}
