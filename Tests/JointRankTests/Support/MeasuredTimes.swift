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

    /// Gives the factored layers other times, and whole models a share of their originals'.
    ///
    /// - Parameter dense: what dense layers are to take, and originals ten times as much; nil where they keep theirs.
    func rewrite(
        models share: Double = 0.5, dense: Double? = nil, factored: (_ key: String, _ time: Double) -> Double = { _, _ in 1e-6 }
    ) throws {
        let times = try JSONDecoder().decode([String: Double].self, from: folder.read("latency.json"))
        #expect(times.values.allSatisfy { $0 > 0 })
        let changed = Dictionary(
            uniqueKeysWithValues: times.map { key, time in
                if key.contains(", share;") { return (key, share) }
                if key.contains("time of model") { return (key, dense.map { 10 * $0 } ?? time) }
                return (key, key.contains(" dense;") ? dense ?? time : factored(key, time))
            })
        #expect(changed.count > times.count { $0.key.contains(" dense;") })
        try folder.write(JSONEncoder().encode(changed), to: "latency.json")
    }
}
