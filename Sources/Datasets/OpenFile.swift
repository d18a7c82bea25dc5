internal import Files

/// A file that stays open as long as it is needed, read and written at offsets, by several threads at once.
final class OpenFile: Sendable {
    /// What messages call the file.
    let path: String
    /// Bytes at the time of opening.
    let byteCount: Int
    private let file: OpenDescriptor

    /// Opens a regular file for reading.
    init(path: String) throws(DatasetError) {
        guard !path.utf8.contains(0) else { throw .missingFile(path) }
        do {
            let regular = try RegularFile(path)
            (self.path, byteCount, file) = (path, regular.byteCount, regular.descriptor)
        } catch {
            throw error.isMissing ? .missingFile(path) : .unreadableFile(path, reason: error.reason)
        }
    }

    /// An empty file without a name: its space is given back when the last reference goes, or the process ends.
    ///
    /// - Parameters:
    ///   - origin: the file that messages blame.
    ///   - byteCount: what will be written; refused at once where the file system has less to spare.
    init(temporaryFor origin: String, byteCount: Int) throws(DatasetError) {
        do {
            file = try TemporaryFile.open(byteCount: byteCount)
        } catch {
            throw .temporaryStorage("cannot unpack \(origin.quoted): \(error)")
        }
        path = origin
        self.byteCount = byteCount
    }

    /// Fills `buffer` with the bytes from `offset` on.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) {
        let count: Int
        do { count = try file.read(into: buffer, at: offset) } catch { throw .unreadableFile(path, reason: error.reason) }
        guard count == buffer.count else {
            throw .unreadableFile(path, reason: "it has no byte \(offset + count); was it changed while in use?")
        }
    }

    /// The bytes `offset ..< offset + count`, which the caller has checked against ``byteCount``.
    func bytes(at offset: Int, count: Int) throws(DatasetError) -> [UInt8] {
        try .filled(count: count) { buffer throws(DatasetError) in try read(at: offset, into: buffer) }
    }

    /// Puts `bytes` at `offset`.
    func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(DatasetError) {
        do { try file.write(bytes, at: offset) } catch { throw .temporaryStorage("cannot unpack \(path.quoted): \(error.reason)") }
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
