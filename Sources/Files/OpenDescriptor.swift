internal import Foundation
internal import SystemPackage

/// A descriptor of a file or folder, closed when its last reference goes.
package final class OpenDescriptor: Sendable {
    /// What errors call the file.
    let path: String
    private let descriptor: FileDescriptor

    /// Opens a path as `openat(2)` does.
    ///
    /// The descriptor is not inherited by child processes, and a pipe without a writer does not block.
    ///
    /// - Parameters:
    ///   - folder: where a relative path starts; nil for the current folder.
    ///   - name: what errors call the file; nil for its path.
    init(
        _ path: String, in folder: OpenDescriptor? = nil, _ mode: FileDescriptor.AccessMode = .readOnly,
        options: FileDescriptor.OpenOptions = [], permissions: FilePermissions = FilePermissions(rawValue: 0o666), named name: String? = nil
    ) throws(FileError) {
        self.path = name ?? path
        guard !path.utf8.contains(0) else { throw FileError(self.path, .invalidArgument) }
        let flags = mode.rawValue | options.rawValue | O_CLOEXEC | O_NONBLOCK
        let number = openat(folder?.number ?? AT_FDCWD, path, flags, permissions.rawValue)
        guard number >= 0 else { throw .last(self.path) }
        descriptor = FileDescriptor(rawValue: number)
    }

    deinit { try? descriptor.close() }

    /// For what swift-system has no name for.
    package var number: Int32 { descriptor.rawValue }

    package var byteCount: Int { get throws(FileError) { Int(try status().size) } }

    func status() throws(FileError) -> Stat {
        do { return try Stat(descriptor) } catch { throw FileError(path, error) }
    }

    /// Reads into the buffer from `offset` on.
    ///
    /// - Returns: the number of bytes that were there, up to those that fill the buffer.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) -> Int {
        var done = 0
        while done < buffer.count {
            // Not every system takes more than 2 GiB at once.
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...].prefix(1 << 30))
            let count = try attempt(descriptor.read(fromAbsoluteOffset: Int64(offset + done), into: rest))
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Writes all bytes from `offset` on.
    ///
    /// - Returns: their number.
    @discardableResult
    package func write(_ bytes: some Sequence<UInt8>, at offset: Int) throws(FileError) -> Int {
        try attempt(descriptor.writeAll(toAbsoluteOffset: Int64(offset), bytes))
    }

    /// Waits until the content is on the disk.
    func synchronize() throws(FileError) {
        guard fsync(number) == 0 else { throw .last(path) }
    }

    private func attempt<Value>(_ operation: @autoclosure () throws -> Value) throws(FileError) -> Value {
        do { return try operation() } catch { throw FileError(path, error as? Errno ?? .ioError) }
    }
}
