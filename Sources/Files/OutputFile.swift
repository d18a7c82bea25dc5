internal import Foundation
internal import SystemPackage

/// A file that appears at its path complete or not at all: written beside it under another name, and renamed when it is on the disk.
///
/// Unless ``commit()`` was called, the end of its life removes what was written.
package struct OutputFile: ~Copyable {
    /// Of what was written so far.
    package private(set) var byteCount = 0
    private let temporaryPath: String
    private let descriptor: OpenDescriptor
    private var isCommitted = false

    /// Creates the file under its temporary name, and so finds out early whether it can be written.
    ///
    /// - Parameter temporaryPath: where no file may be; nil for a new name in the same folder. The path itself makes a file that replaces none.
    package init(_ path: String, temporaryPath: String? = nil) throws(FileError) {
        let name = ".jointrank-\(UInt64.random(in: 0...UInt64.max)).tmp"
        let temporaryPath = temporaryPath ?? path.folderOfPath.appendingToPath(name)
        descriptor = try OutputFile.create(temporaryPath, for: path)
        self.temporaryPath = temporaryPath
    }

    private static func create(_ temporaryPath: String, for path: String) throws(FileError) -> OpenDescriptor {
        // What would come to light only when the file gets its name.
        guard !path.isEmpty, !path.utf8.contains(0) else { throw FileError(path, .invalidArgument) }
        _ = try Stat(at: path, followingLinks: false)
        guard path.last != "/", !path.isFolder else { throw FileError(path, .isDirectory) }
        return try OpenDescriptor(temporaryPath, .writeOnly, options: [.create, .exclusiveCreate, .noFollow], named: path)
    }

    deinit {
        if !isCommitted { unlink(temporaryPath) }
    }

    /// Writes a whole file.
    package static func write(_ bytes: some Sequence<UInt8>, to path: String, temporaryPath: String? = nil) throws(FileError) {
        var file = try OutputFile(path, temporaryPath: temporaryPath)
        try file.write(bytes)
        try file.commit()
    }

    package mutating func write(_ bytes: some Sequence<UInt8>) throws(FileError) {
        byteCount += try descriptor.write(bytes, at: byteCount)
    }

    /// Fills with zeros up to a multiple of `alignment`.
    package mutating func pad(to alignment: Int) throws(FileError) {
        try write(repeatElement(0, count: (alignment - byteCount % alignment) % alignment))
    }

    /// Brings the content to the disk. Failures that only then come to light (a full disk, a lost server) come before anything is replaced.
    package func synchronize() throws(FileError) {
        try descriptor.synchronize()
    }

    /// Gives the file its name, in place of whatever file had it.
    package mutating func commit() throws(FileError) {
        try synchronize()
        guard rename(temporaryPath, descriptor.path) == 0 else { throw .last(descriptor.path) }
        isCommitted = true
        // The name survives a crash of the machine only when the folder is on the disk as well. Not every file system can promise that.
        try? OpenDescriptor(descriptor.path.folderToOpen, options: .directory).synchronize()
    }
}
