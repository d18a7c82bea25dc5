package import Foundation
package import SystemPackage

/// A regular file, open to be read, by several threads at once.
///
/// Reads go by offsets with checked lengths and not through a memory map: a map of a file that somebody makes shorter ends the process, a short
/// read is an error.
package struct RegularFile: Sendable {
    /// At the time of opening.
    package let status: Stat
    package let descriptor: OpenDescriptor

    package init(_ path: String) throws(FileError) {
        try self.init(OpenDescriptor(path))
    }

    /// Opens a file below a folder, one component of its path at a time and without following symbolic links, so that nothing can be exchanged
    /// between a check of the path and its use.
    ///
    /// - Parameter folder: trusted; symbolic links on the way to it are followed.
    package init(_ components: [FilePath.Component], below folder: String) throws(FileError) {
        var directory = try OpenDescriptor(folder, options: .directory)
        for component in components.dropLast() {
            directory = try OpenDescriptor(component.string, in: directory, options: [.directory, .noFollow])
        }
        try self.init(OpenDescriptor(components.last?.string ?? "", in: directory, options: .noFollow))
    }

    private init(_ descriptor: OpenDescriptor) throws(FileError) {
        (status, self.descriptor) = (try descriptor.status(), descriptor)
        guard status.type == .regular else { throw FileError(descriptor.path, reason: "it is not a regular file") }
    }

    /// Bytes at the time of opening.
    package var byteCount: Int { Int(status.size) }

    /// The whole content, of at most `limit` bytes.
    package func contents(upTo limit: Int = .max) throws(FileError) -> Data {
        guard byteCount <= limit else { throw FileError(descriptor.path, reason: "it takes \(byteCount) bytes, more than \(limit)") }
        return try contents(0..<byteCount)
    }

    /// A part of the content.
    package func contents(_ range: Range<Int>) throws(FileError) -> Data {
        var data = Data(count: range.count)
        let count = try data.withUnsafeMutableBytes { buffer in
            Result { () throws(FileError) in try descriptor.read(into: buffer, at: range.lowerBound) }
        }.get()
        guard count == range.count else { throw FileError(descriptor.path, reason: "it became shorter while it was read") }
        return data
    }

    /// Whether the file holds exactly these bytes; reads it a piece at a time.
    package func holds(_ bytes: Data) throws(FileError) -> Bool {
        guard bytes.count == byteCount else { return false }
        for start in stride(from: 0, to: byteCount, by: 1 << 20) {
            let range = start..<min(start + 1 << 20, byteCount)
            guard try contents(range) == bytes[range] else { return false }
        }
        return true
    }
}
