internal import SystemPackage

extension String {
    /// The folder that a path leads into, empty for a name alone.
    package var folderOfPath: String { FilePath(self).removingLastComponent().string }

    /// The same, in a form that can be opened.
    package var folderToOpen: String { folderOfPath.isEmpty ? "." : folderOfPath }

    /// The last part of a path; empty where it has none.
    package var nameOfPath: String { FilePath(self).lastComponent?.string ?? "" }

    /// Whether there is a folder at the path, or behind a link there.
    package var isFolder: Bool { (try? Stat(at: self))?.type == .directory }

    /// The path of a file in this folder.
    package func appendingToPath(_ name: String) -> String { FilePath(self).appending(name).string }
}
