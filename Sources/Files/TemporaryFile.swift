internal import Foundation
internal import SystemPackage

/// Files without a name: their space is given back when the last reference goes, or the process ends, however that happens.
package enum TemporaryFile {
    /// `TMPDIR`, else `/var/tmp`: unlike `/tmp` it is never a file system in memory.
    static var folder: String {
        if let folder = ProcessInfo.processInfo.environment["TMPDIR"], !folder.isEmpty { return folder }
        return "/var/tmp"
    }

    /// Opens an empty file to read and write.
    ///
    /// - Parameter byteCount: what will be written; refused at once where the file system has less to spare.
    package static func open(byteCount: Int) throws(TemporaryFileError) -> OpenDescriptor {
        var fileSystem = statvfs()
        if statvfs(folder, &fileSystem) == 0 {
            let (free, overflow) = UInt(fileSystem.f_bavail).multipliedReportingOverflow(by: UInt(fileSystem.f_frsize))
            guard overflow || byteCount <= free else { throw .noRoom(folder: folder, byteCount: byteCount, free: free) }
        }
        let path = folder.appendingToPath("jointrank-\(UInt64.random(in: 0...UInt64.max))")
        do {
            let options: FileDescriptor.OpenOptions = [.create, .exclusiveCreate, .noFollow]
            let file = try OpenDescriptor(path, .readWrite, options: options, permissions: .ownerReadWrite, named: folder)
            unlink(path)
            return file
        } catch {
            throw TemporaryFileError(error)
        }
    }
}
