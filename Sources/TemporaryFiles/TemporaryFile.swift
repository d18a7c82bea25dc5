internal import Foundation

/// Files without a name: their space is given back when the last reference goes, or the process ends, however that happens.
package enum TemporaryFile {
    /// `TMPDIR`, else `/var/tmp`: unlike `/tmp` it is never a file system in memory.
    package static var folder: String {
        if let folder = ProcessInfo.processInfo.environment["TMPDIR"], !folder.isEmpty { return folder }
        return "/var/tmp"
    }

    /// Opens an empty file to read and write.
    ///
    /// - Parameter byteCount: what will be written; refused at once where the file system has less to spare.
    /// - Returns: a descriptor, for the caller to close.
    package static func open(byteCount: Int) throws(TemporaryFileError) -> Int32 {
        var fileSystem = statvfs()
        if statvfs(folder, &fileSystem) == 0 {
            let (free, overflow) = UInt(fileSystem.f_bavail).multipliedReportingOverflow(by: UInt(fileSystem.f_frsize))
            guard overflow || byteCount <= free else { throw .noRoom(folder: folder, byteCount: byteCount, free: free) }
        }
        var template = Array("\(folder)/jointrank-XXXXXX".utf8CString)
        let descriptor = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
        guard descriptor >= 0 else { throw .refused(folder: folder, reason: systemErrorMessage()) }
        _ = template.withUnsafeBufferPointer { $0.baseAddress.map { unlink($0) } }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }
}

/// Why there is no temporary file.
package enum TemporaryFileError: Error, Hashable, CustomStringConvertible {
    case noRoom(folder: String, byteCount: Int, free: UInt)
    /// What the system said.
    case refused(folder: String, reason: String)

    package var description: String {
        switch self {
        case .noRoom(let folder, let byteCount, let free):
            "\(byteCount) bytes are needed but '\(folder)' has \(free) free; set TMPDIR to another folder"
        case .refused(let folder, let reason): "no temporary file in '\(folder)': \(reason)"
        }
    }
}

/// What `errno` says, in words.
package func systemErrorMessage() -> String {
    String(cString: strerror(errno)).lowercased()
}
