internal import Foundation

/// A regular file that is read from start to end.
struct InputFile: ~Copyable {
    let path: String
    let status: FileStatus
    let descriptor: FileDescriptor

    init(_ path: String) throws(ModelError) {
        let descriptor = try InputFile.attempt(path) { () throws(SystemError) in try FileDescriptor(opening: path, flags: O_RDONLY) }
        let status = try InputFile.attempt(path) { () throws(SystemError) in try descriptor.status() }
        guard status.isRegular else { throw .unreadable(path: path, reason: "it is not a regular file") }
        self.path = path
        self.status = status
        self.descriptor = descriptor
    }

    /// The whole content.
    func contents() throws(ModelError) -> Data { try contents(0..<status.size) }

    /// A part of the content.
    func contents(_ range: Range<Int>) throws(ModelError) -> Data {
        var data = Data(count: range.count)
        guard try read(into: &data, at: range.lowerBound) else {
            throw .unreadable(path: path, reason: "it became shorter while it was read")
        }
        return data
    }

    /// Whether the file holds exactly these bytes; reads it a piece at a time.
    func holds(_ bytes: Data) throws(ModelError) -> Bool {
        guard bytes.count == status.size else { return false }
        let step = 1 << 20
        var piece = Data(count: min(step, bytes.count))
        for start in stride(from: 0, to: bytes.count, by: step) {
            let end = min(start + step, bytes.count)
            piece.count = end - start
            guard try read(into: &piece, at: start), bytes[start..<end] == piece else { return false }
        }
        return true
    }

    private func read(into data: inout Data, at offset: Int) throws(ModelError) -> Bool {
        try InputFile.attempt(path) { () throws(SystemError) in
            try data.withUnsafeMutableBytes { buffer in
                Result { () throws(SystemError) in try descriptor.read(into: buffer, at: offset) }
            }.get()
        }
    }

    /// Does what a system call does, and says in the error which file it was about.
    private static func attempt<Value: ~Copyable>(_ path: String, _ operation: () throws(SystemError) -> Value) throws(ModelError) -> Value
    {
        do {
            return try operation()
        } catch {
            throw error.isMissingFile ? .notFound(path: path) : .unreadable(path: path, reason: "\(error)")
        }
    }
}
