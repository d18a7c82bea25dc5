package import Foundation

/// A folder that exists for one test.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        // The system may reach its temporary folder through a link; tests compare resolved paths.
        let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
        path = base + "/jointrank-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func path(_ name: String) -> String { path + "/" + name }

    @discardableResult
    package func write(_ bytes: Data, to name: String) throws -> String {
        try bytes.write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    package func read(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }

    /// Every file below the folder, hidden ones included, with its content; folders end in a slash, links tell where they lead.
    package func contents() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path(name)) {
                contents[name + " -> " + target] = Data()
                continue
            }
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path(name), isDirectory: &isFolder)
            contents[isFolder.boolValue ? name + "/" : name] = isFolder.boolValue ? Data() : try read(name)
        }
        return contents
    }
}
