internal import Foundation

/// SHA-256 digests of files and folders, to tell whether they are still what they were.
package enum FileDigest {
    /// Bytes that are read at a time.
    private static let chunk = 1 << 20

    /// The digest of a file's bytes, or of a folder: of the relative paths and digests of all files in it, in order.
    ///
    /// - Throws: ``DigestError`` where something cannot be read.
    package static func of(_ path: String) throws(DigestError) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw DigestError(path: path, isMissing: true) }
        guard isFolder.boolValue else { return try ofFile(path) }
        guard let names = FileManager.default.subpaths(atPath: path) else { throw DigestError(path: path, isMissing: false) }
        var digest = SHA256()
        for name in names.sorted() {
            let member = (path as NSString).appendingPathComponent(name)
            guard FileManager.default.fileExists(atPath: member, isDirectory: &isFolder), !isFolder.boolValue else { continue }
            digest.update("\(name)\0\(try ofFile(member))\0".utf8)
        }
        return digest.finish()
    }

    private static func ofFile(_ path: String) throws(DigestError) -> String {
        // Opening a named pipe would wait for a writer without O_NONBLOCK.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw DigestError(path: path, isMissing: errno == ENOENT) }
        defer { close(descriptor) }
        // A device may have no end.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw DigestError(path: path, isMissing: false) }
        var digest = SHA256()
        var buffer = [UInt8](repeating: 0, count: chunk)
        while true {
            let count = read(descriptor, &buffer, chunk)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw DigestError(path: path, isMissing: false) }
            guard count > 0 else { return digest.finish() }
            digest.update(buffer[..<count])
        }
    }
}

/// A file that could not be read.
package struct DigestError: Error, Sendable, Hashable, CustomStringConvertible {
    package let path: String
    package let isMissing: Bool

    package init(path: String, isMissing: Bool) {
        self.path = path
        self.isMissing = isMissing
    }

    package var description: String { isMissing ? "'\(path)' does not exist" : "'\(path)' cannot be read" }
}
