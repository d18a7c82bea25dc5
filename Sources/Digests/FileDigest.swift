internal import Files
internal import Foundation

/// SHA-256 digests of files and folders, to tell whether they are still what they were.
package enum FileDigest {
    /// Bytes that are read at a time.
    private static let chunk = 1 << 20

    /// The digest of a file's bytes, or of a folder: of the relative paths and digests of all files in it, in order.
    ///
    /// - Throws: ``DigestError`` where something cannot be read.
    package static func of(_ path: String) throws(DigestError) -> String {
        guard path.isFolder else { return try ofFile(path) }
        guard let names = FileManager.default.subpaths(atPath: path) else { throw DigestError(path: path, isMissing: false) }
        var digest = SHA256()
        for name in names.sorted() {
            let member = path.appendingToPath(name)
            guard FileIdentity(of: member) != nil, !member.isFolder else { continue }
            digest.update("\(name)\0\(try ofFile(member))\0".utf8)
        }
        return digest.finish()
    }

    private static func ofFile(_ path: String) throws(DigestError) -> String {
        do throws(FileError) {
            let file = try RegularFile(path)
            var digest = SHA256()
            for start in stride(from: 0, to: file.byteCount, by: chunk) {
                digest.update(try file.contents(start..<min(start + chunk, file.byteCount)))
            }
            return digest.finish()
        } catch {
            throw DigestError(path: path, isMissing: error.isMissing)
        }
    }
}
