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

    /// How many times are known.
    var count: Int {
        get throws { try JSONDecoder().decode([String: Double].self, from: folder.read("latency.json")).count }
    }

    /// Gives the factored layers other times, and whole models a share of their originals'. Dense layers and
    /// originals keep theirs.
    func rewrite(models share: Double = 0.5, factored: (_ key: String, _ time: Double) -> Double = { _, _ in 1e-6 }) throws {
        let times = try JSONDecoder().decode([String: Double].self, from: folder.read("latency.json"))
        #expect(times.values.allSatisfy { $0 > 0 })
        let changed = Dictionary(
            uniqueKeysWithValues: times.map { key, time in
                let isOriginal = key.contains(" dense;") || key.contains("time of model") && !key.contains(", share;")
                return (key, isOriginal ? time : key.contains("time of model") ? share : factored(key, time))
            })
        #expect(changed.count > times.count { $0.key.contains(" dense;") })
        try folder.write(JSONEncoder().encode(changed), to: "latency.json")
    }
}
