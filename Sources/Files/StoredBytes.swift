internal import Foundation

/// Bytes in a temporary file, which take memory only while they are looked at.
///
/// They are reached through a memory map. That of a file that somebody else makes shorter would end the process; this one has no name that
/// anybody else could open it by.
///
/// Sendable without the compiler's proof: nobody writes to the bytes.
package final class StoredBytes: @unchecked Sendable {
    private let map: UnsafeRawBufferPointer

    /// Writes bytes to a file of their own.
    package init(_ bytes: UnsafeRawBufferPointer) throws(TemporaryFileError) {
        guard !bytes.isEmpty else {
            map = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let file = try TemporaryFile.open(byteCount: bytes.count)
        do { try file.write(bytes, at: 0) } catch { throw TemporaryFileError(error) }
        guard let start = mmap(nil, bytes.count, PROT_READ, MAP_SHARED, file.number, 0), start != MAP_FAILED else {
            throw TemporaryFileError(.last(TemporaryFile.folder))
        }
        map = UnsafeRawBufferPointer(start: start, count: bytes.count)
    }

    deinit {
        if let start = map.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), map.count) }
    }

    /// Calls `body` with the bytes, whose memory is given back afterwards.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        defer {
            if let start = map.baseAddress { madvise(UnsafeMutableRawPointer(mutating: start), map.count, MADV_DONTNEED) }
        }
        return body(map)
    }
}
