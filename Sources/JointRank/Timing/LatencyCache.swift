internal import Files
internal import Foundation
internal import ONNXModel

/// Measured times that outlive a run: the same model on the same machine gets the same ranks again, and does not wait for the stopwatch.
///
/// A JSON object in the user's cache folder: layers' times in milliseconds, and models' as shares of their originals', by what was timed,
/// with the runtime's version and the threads. The environment
/// variable JOINTRANK_CACHE names another folder. A file that cannot be read counts as empty, one that cannot be written is left.
struct LatencyCache {
    private let path: String
    private var times: [String: Double]
    private var hasNews = false

    init() {
        let environment = ProcessInfo.processInfo.environment
        let folder =
            environment["JOINTRANK_CACHE"]
            ?? (environment["XDG_CACHE_HOME"]
                ?? (environment["HOME"] ?? NSTemporaryDirectory()).appendingToPath(".cache"))
            + "/jointrank"
        path = folder.appendingToPath("latency.json")
        let stored = try? RegularFile(path).contents()
        times =
            stored.flatMap { try? JSONDecoder().decode([String: Double].self, from: $0) }?.filter { $0.value > 0 && $0.value.isFinite }
            ?? [:]
    }

    subscript(key: String) -> Double? {
        get { times[key] }
        set {
            times[key] = newValue
            hasNews = true
        }
    }

    /// Keeps what was measured; of two runs at once the last one wins.
    mutating func save() {
        guard hasNews else { return }
        hasNews = false
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try? FileManager.default.createDirectory(atPath: path.folderOfPath, withIntermediateDirectories: true)
        try? OutputFile.write(encoder.encode(times), to: path)
    }
}
