import Foundation

/// A folder that exists for one test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        // The system may reach its temporary folder through a link; tests compare resolved paths.
        let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
        path = base + "/jointrank-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { path + "/" + name }

    @discardableResult
    func write(_ bytes: Data, to name: String) throws -> String {
        let file = path(name)
        try FileManager.default.createDirectory(atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try bytes.write(to: URL(fileURLWithPath: file))
        return file
    }

    func read(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }

    /// The names of all files, hidden ones included, in order.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}
