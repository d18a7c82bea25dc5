internal import Foundation

/// What tells two files apart, under whatever paths they are reached.
struct FileIdentity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
}

/// What the system says about a file.
struct FileStatus: Sendable, Hashable {
    let identity: FileIdentity
    let size: Int
    let isRegular: Bool
    let isSymbolicLink: Bool
    let linkCount: Int

    init(_ status: stat) {
        identity = FileIdentity(device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino))
        size = Int(status.st_size)
        isRegular = status.st_mode & S_IFMT == S_IFREG
        isSymbolicLink = status.st_mode & S_IFMT == S_IFLNK
        linkCount = Int(status.st_nlink)
    }

    /// The status of the file at a path, or nil where there is none.
    static func of(_ path: String, followingLinks: Bool) throws(SystemError) -> FileStatus? {
        var status = stat()
        guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else {
            let error = SystemError.last
            if error.isMissingFile { return nil }
            throw error
        }
        return FileStatus(status)
    }
}

/// An open file, closed at the end of its life.
struct FileDescriptor: ~Copyable {
    let rawValue: Int32

    /// Opens a path as `openat(2)` does.
    ///
    /// The descriptor is not inherited by child processes, and a pipe without a writer does not block.
    ///
    /// - Parameter folder: the descriptor that a relative path starts from.
    init(opening path: String, in folder: Int32 = AT_FDCWD, flags: Int32, mode: mode_t = 0o666) throws(SystemError) {
        guard !path.utf8.contains(0) else { throw SystemError(code: EINVAL) }
        let descriptor = openat(folder, path, flags | O_CLOEXEC | O_NONBLOCK, mode)
        guard descriptor >= 0 else { throw SystemError.last }
        rawValue = descriptor
    }

    deinit { close(rawValue) }

    func status() throws(SystemError) -> FileStatus {
        var status = stat()
        guard fstat(rawValue, &status) == 0 else { throw SystemError.last }
        return FileStatus(status)
    }

    /// Reads into the whole buffer.
    ///
    /// - Returns: whether there was enough to fill it.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Bool {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = pread(rawValue, rest.baseAddress, min(rest.count, 1 << 30), off_t(offset + done))
            if count == 0 { return false }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError.last
            }
            done += count
        }
        return true
    }

    /// Writes the whole buffer at the descriptor's position.
    func write(_ buffer: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = buffer
        while !rest.isEmpty {
            let count = Foundation.write(rawValue, rest.baseAddress, min(rest.count, 1 << 30))
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError.last
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Waits until the file's content is on the disk.
    func synchronize() throws(SystemError) {
        guard fsync(rawValue) == 0 else { throw SystemError.last }
    }
}
