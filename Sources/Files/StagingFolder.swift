internal import Foundation
internal import SystemPackage

/// A hidden folder for what is on probation, in the folder where that is to go, as files are moved within one disk alone.
///
/// Goes with the end of its life. What a killed process leaves goes with the next one that is made beside it: each is locked while it is in use,
/// by its process, however that ends.
package struct StagingFolder: ~Copyable {
    private static let prefix = ".jointrank-staged-"
    /// No model's name, most likely.
    private static let lockName = ".jointrank-lock"
    /// Others may take a new folder for one that was left, until it is locked.
    private static let mostAttempts = 100

    package let path: String
    private let lock: FileLock

    /// - Throws: ``FileError`` about `destination`.
    package init(for destination: String) throws(FileError) {
        let parent = destination.folderToOpen
        StagingFolder.clear(parent)
        var failure = FileError(destination, reason: "other programs remove what is made beside it")
        for _ in 1...StagingFolder.mostAttempts {
            var template = Array("\(parent)/\(StagingFolder.prefix)XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw .last(destination) }
            let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            do {
                guard let lock = try FileLock.taking("\(path)/\(StagingFolder.lockName)") else { continue }
                (self.path, self.lock) = (path, lock)
                return
            } catch {
                failure = FileError(destination, reason: error.reason)
                rmdir(path)
                if !error.isMissing { break }
            }
        }
        throw failure
    }

    /// Removes what no process has locked.
    private static func clear(_ parent: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let path = "\(parent)/\(name)"
            // Not behind a link, where a lock would be made.
            guard (try? Stat(at: path, followingLinks: false))?.type == .directory,
                let lock = try? FileLock.taking("\(path)/\(lockName)"), lock.isHeld
            else { continue }
            withExtendedLifetime(lock) { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
