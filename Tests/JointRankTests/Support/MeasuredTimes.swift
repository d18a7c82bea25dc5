import Foundation
import TestSupport
import Testing

/// The command's memory of measured times, which says what a test needs, so that no stopwatch decides.
struct MeasuredTimes {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Lets the command find and keep its times here.
    var environment: [String: String] { ["JOINTRANK_CACHE": folder.path] }

    /// Gives the factored layers other times, and whole models a share of their originals'. Dense layers keep theirs.
    func rewrite(models share: Double = 0.5, factored: (_ key: String, _ time: Double) -> Double = { _, _ in 1e-6 }) throws {
        let times = try JSONDecoder().decode([String: Double].self, from: folder.read("latency.json"))
        #expect(times.values.allSatisfy { $0 > 0 })
        let changed = Dictionary(
            uniqueKeysWithValues: times.map { key, time in
                (key, key.contains(" dense;") ? time : key.contains("time of model") ? share : factored(key, time))
            })
        #expect(changed.count > times.count { $0.key.contains(" dense;") })
        try folder.write(JSONEncoder().encode(changed), to: "latency.json")
    }
}
