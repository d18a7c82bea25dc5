internal import Foundation

/// A file that appears at its path complete or not at all: written beside it under another name, and renamed when it is on the disk.
///
/// Unless ``commit()`` was called, the end of its life removes what was written.
struct OutputFile: ~Copyable {
    let path: String
    private let temporaryPath: String
    private let descriptor: FileDescriptor
    private(set) var size = 0
    private var isCommitted = false

    /// Creates the file under its temporary name, in the folder of `path`.
    init(_ path: String) throws(ModelError) {
        let folder = path.folderOfPath
        let name = ".jointrank-\(UInt64.random(in: 0...UInt64.max)).tmp"
        let temporaryPath = (folder as NSString).appendingPathComponent(name)
        descriptor = try OutputFile.attempt(path) { () throws(SystemError) in
            try FileDescriptor(opening: temporaryPath, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        }
        self.path = path
        self.temporaryPath = temporaryPath
    }

    deinit {
        if !isCommitted { unlink(temporaryPath) }
    }

    mutating func write(_ bytes: some ContiguousBytes) throws(ModelError) {
        size += try OutputFile.attempt(path) { () throws(SystemError) in
            try bytes.withUnsafeBytes { buffer in
                Result { () throws(SystemError) in
                    try descriptor.write(buffer)
                    return buffer.count
                }
            }.get()
        }
    }

    /// Fills with zeros up to a multiple of `alignment`.
    mutating func pad(to alignment: Int) throws(ModelError) {
        let zeros = [UInt8](repeating: 0, count: (alignment - size % alignment) % alignment)
        try write(zeros)
    }

    /// Brings the content to the disk. Failures that only then come to light (a full disk, a lost server) come before anything is replaced.
    func synchronize() throws(ModelError) {
        try OutputFile.attempt(path) { () throws(SystemError) in try descriptor.synchronize() }
    }

    /// Gives the file its name, in place of whatever file had it.
    mutating func commit() throws(ModelError) {
        guard rename(temporaryPath, path) == 0 else { throw .cannotWrite(path: path, reason: "\(SystemError.last)") }
        isCommitted = true
        // The name survives a crash of the machine only when the folder is on the disk as well. Not every file system can promise that.
        let folder = path.folderOfPath
        if let folder = try? FileDescriptor(opening: folder.isEmpty ? "." : folder, flags: O_RDONLY | O_DIRECTORY) {
            try? folder.synchronize()
        }
    }

    /// Does what a system call does, and says in the error which file it was about.
    private static func attempt<Value: ~Copyable>(_ path: String, _ operation: () throws(SystemError) -> Value) throws(ModelError) -> Value
    {
        do { return try operation() } catch { throw .cannotWrite(path: path, reason: "\(error)") }
    }
}
