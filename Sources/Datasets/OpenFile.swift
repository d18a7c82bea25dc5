internal import Foundation
internal import TemporaryFiles

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
        do {
            descriptor = try TemporaryFile.open(byteCount: byteCount)
        } catch {
            throw .temporaryStorage("cannot unpack \(quoted(origin)): \(error)")
        }
        path = origin
        self.byteCount = byteCount
    }

    deinit {
        close(descriptor)
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
