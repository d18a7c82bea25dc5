internal import Files
internal import Foundation
internal import ONNXModel

/// The folder where a run keeps what it has found so far, for the case that it is stopped: `run.json`, the run's fingerprint; `lock`, which
/// one process at a time holds; `entries`, one file for each finished piece of work; and `ended`, where the run came to its end without a result.
///
/// A file appears whole or not at all, so that no end of the process, at whatever moment, leaves anything that must not be read.
final class WorkFolder {
    let path: String
    private let lockPath: String
    private let lock: FileLock
    private var entries: String { "\(path)/entries" }
    private var endMark: String { "\(path)/ended" }
    /// Whether the work of another run was thrown away, which had come to its end.
    private(set) var hasThrownAway = false
    private var manifest: String { "\(path)/run.json" }
    /// While it is written.
    private var unfinishedManifest: String { "\(path)/run.json.part" }

    /// Opens the folder of an earlier run that has the same fingerprint, or a new one.
    ///
    /// - Parameter restart: whether what an earlier run left there is thrown away, whatever it was.
    /// - Throws: ``JointRankError`` where another process uses the folder, where it belongs to another run or is something else, and where it
    ///   cannot be written.
    init(_ path: String, _ fingerprint: RunFingerprint, restart: Bool) throws {
        self.path = path
        lockPath = "\(path)/lock"
        try WorkFolder.checkUse(path)
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw WorkFolder.cannotWrite(.last(path)) }
        lock = try WorkFolder.lock(lockPath)
        if restart { try discard() }
        if let data = try? RegularFile(manifest).contents() {
            guard let earlier = try? JSONDecoder().decode(RunFingerprint.self, from: data) else {
                throw JointRankError(.badInput, "'\(manifest)' is damaged; --restart starts over")
            }
            if let difference = fingerprint.difference(from: earlier) {
                guard FileManager.default.fileExists(atPath: endMark) else {
                    throw JointRankError(.usage, "'\(path)' holds the work of another run (\(difference)); --restart throws it away")
                }
                try discard()
                hasThrownAway = true
            }
        }
        unlink(endMark)
        if !FileManager.default.fileExists(atPath: manifest) { try write(fingerprint) }
    }

    private func write(_ fingerprint: RunFingerprint) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let text = try encoder.encode(fingerprint)
        // An earlier run may have left it. A new name each time would not be known again.
        unlink(unfinishedManifest)
        do {
            try OutputFile.write(text, to: manifest, temporaryPath: unfinishedManifest)
        } catch {
            throw WorkFolder.cannotWrite(error)
        }
    }

    /// Says that the run has come to its end: another one may go on from its work, or throw it away.
    func end() {
        // Without the mark, the work is kept more carefully than it need be.
        try? OutputFile.write("".utf8, to: endMark)
    }

    /// Whether an earlier run has left something to go on from.
    var hasEntries: Bool { !((try? FileManager.default.subpathsOfDirectory(atPath: entries)) ?? []).isEmpty }

    /// What is kept at a place; nil where nothing is.
    func record(at place: String) throws -> StoredRecord? {
        let file = self.file(place)
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        return try StoredRecord(path: file)
    }

    /// Keeps a record, in whose place those below it are no longer needed.
    func keep(_ record: Record, at place: String) throws {
        let file = self.file(place)
        do {
            try FileManager.default.createDirectory(
                atPath: file.folderOfPath, withIntermediateDirectories: true)
        } catch {
            throw WorkFolder.cannotWrite(.last(file))
        }
        try record.write(to: file)
        try? FileManager.default.removeItem(atPath: "\(entries)/\(place)")
    }

    /// Removes the folder: the run is done.
    func remove() {
        try? discard()
        for file in [manifest, unfinishedManifest, endMark, lockPath] { unlink(file) }
        rmdir(path)
    }

    private func file(_ place: String) -> String { "\(entries)/\(place).safetensors" }

    private func discard() throws {
        // What is left of the entries must not be taken for another run's, so that the manifest goes last.
        try WorkFolder.discard(entries)
        unlink(manifest)
    }

    private static func discard(_ folder: String) throws(JointRankError) {
        guard FileManager.default.fileExists(atPath: folder) else { return }
        do { try FileManager.default.removeItem(atPath: folder) } catch { throw cannotWrite(.last(folder)) }
    }

    /// Only what such a folder holds may ever be removed from it, and nothing else may be there.
    private static func checkUse(_ path: String) throws(JointRankError) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return }
        if let other = names.first(where: { !["run.json", "run.json.part", "lock", "entries", "ended"].contains($0) }) {
            throw JointRankError(.cannotWrite, "'\(path)' holds '\(other)', and is not the work folder of a run")
        }
    }

    private static func lock(_ path: String) throws(JointRankError) -> FileLock {
        do {
            if let lock = try FileLock.taking(path) { return lock }
        } catch {
            throw JointRankError(.cannotWrite, "cannot keep the run's work at '\(path)': \(error.reason)")
        }
        throw JointRankError(.cannotWrite, "'\(path)': another run works in this folder; wait for it, or name another one with --work")
    }

    private static func cannotWrite(_ error: FileError) -> JointRankError {
        JointRankError(.cannotWrite, "cannot keep the run's work in '\(error.path)': \(error.reason)")
    }
}
