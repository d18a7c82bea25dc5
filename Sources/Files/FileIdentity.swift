package import SystemPackage

/// What tells two files apart, under whatever paths they are reached.
package struct FileIdentity: Sendable, Hashable {
    private let device: DeviceID
    private let inode: Inode

    init(_ status: Stat) {
        (device, inode) = (status.deviceID, status.inode)
    }

    /// The file at a path, behind links; nil where none can be reached.
    package init?(of path: String) {
        guard let status = try? Stat(at: path) else { return nil }
        self.init(status)
    }
}

extension Stat {
    /// The status of the file at a path; nil where there is none.
    package init?(at path: String, followingLinks: Bool = true) throws(FileError) {
        do {
            try self.init(path, followTargetSymlink: followingLinks)
        } catch {
            let error = FileError(path, error)
            guard error.isMissing else { throw error }
            return nil
        }
    }

    package var identity: FileIdentity { FileIdentity(self) }
}
