internal import Foundation

/// A file that stays open as long as it is needed, read and written at offsets, by several threads at once.
///
/// Reads go through `pread` with checked lengths, not through a memory map: a map of a file that somebody truncates later
/// ends the process with SIGBUS, a short read is an error.
final class OpenFile: Sendable {
    /// What messages call the file.
    let path: String
    /// Bytes at the time of opening.
    let byteCount: Int
    private let descriptor: Int32

    /// Opens a regular file for reading.
    init(path: String) throws(DatasetError) {
        guard !path.utf8.contains(0) else { throw .missingFile(path) }
        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw .missingFile(path) }
            throw .unreadableFile(path, reason: systemErrorMessage())
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .unreadableFile(path, reason: "it is not a regular file")
        }
        self.path = path
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
    }

    /// An empty file without a name: its space is given back when the last reference goes, or the process ends.
    ///
    /// - Parameters:
    ///   - origin: the file that messages blame.
    ///   - byteCount: what will be written; refused at once where the file system has less to spare.
    init(temporaryFor origin: String, byteCount: Int) throws(DatasetError) {
        let directory = OpenFile.temporaryDirectory
        var fileSystem = statvfs()
        if statvfs(directory, &fileSystem) == 0 {
            let (free, overflow) = UInt(fileSystem.f_bavail).multipliedReportingOverflow(by: UInt(fileSystem.f_frsize))
            guard overflow || byteCount <= free else {
                throw .temporaryStorage(
                    "unpacking \(quoted(origin)) takes \(byteCount) bytes but \(quoted(directory)) has \(free) free; set TMPDIR to another folder"
                )
            }
        }
        var template = Array("\(directory)/jointrank-XXXXXX".utf8CString)
        let descriptor = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
        guard descriptor >= 0 else {
            throw .temporaryStorage("no temporary file in \(quoted(directory)): \(systemErrorMessage())")
        }
        _ = template.withUnsafeBufferPointer { $0.baseAddress.map { unlink($0) } }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        path = origin
        self.descriptor = descriptor
        self.byteCount = byteCount
    }

    deinit {
        close(descriptor)
    }

    /// `TMPDIR`, else `/var/tmp`: unlike `/tmp` it is never a file system in memory.
    private static var temporaryDirectory: String {
        if let directory = ProcessInfo.processInfo.environment["TMPDIR"], !directory.isEmpty { return directory }
        return "/var/tmp"
    }

    /// Fills `buffer` with the bytes from `offset` on.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) {
        var done = 0
        while done < buffer.count {
            let count = pread(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(offset + done))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .unreadableFile(path, reason: systemErrorMessage()) }
            guard count > 0 else { throw .unreadableFile(path, reason: "it has no byte \(offset + done); was it changed while in use?") }
            done += count
        }
    }

    /// The bytes `offset ..< offset + count`, which the caller has checked against ``byteCount``.
    func bytes(at offset: Int, count: Int) throws(DatasetError) -> [UInt8] {
        try .filled(count: count) { buffer throws(DatasetError) in try read(at: offset, into: buffer) }
    }

    /// Puts `bytes` at `offset`.
    func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(DatasetError) {
        let failure: DatasetError? = bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = pwrite(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(offset + done))
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return .temporaryStorage("cannot unpack \(quoted(path)): \(systemErrorMessage())") }
                done += count
            }
            return nil
        }
        if let failure { throw failure }
    }
}

extension [UInt8] {
    /// `count` bytes that `fill` puts into memory.
    static func filled(
        count: Int, by fill: (UnsafeMutableRawBufferPointer) throws(DatasetError) -> Void
    ) throws(DatasetError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let result: Result<Void, DatasetError> = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(DatasetError) in try fill(buffer) }
        }
        try result.get()
        return bytes
    }
}

/// What `errno` says, in words.
func systemErrorMessage() -> String {
    String(cString: strerror(errno)).lowercased()
}
