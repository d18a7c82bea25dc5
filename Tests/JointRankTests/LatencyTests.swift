import Foundation
import Reporting
import TestSupport
import Testing

/// Times are taken from a cache here that says what the test needs, so that no stopwatch decides.
@Suite("Layers that must not be slower")
struct LatencyTests {
    private let workspace: Workspace
    private let cache: MeasuredTimes

    init() throws {
        workspace = try Workspace()
        cache = try MeasuredTimes()
    }

    private func compress(_ optimize: String, _ options: String...) throws -> (exitCode: Int32, report: CompressionReport) {
        try run(optimize, options)
    }

    private func run(_ optimize: String, _ options: [String]) throws -> (exitCode: Int32, report: CompressionReport) {
        let arguments = Workspace.arguments(["--optimize", optimize, "--mode", "lossless", "--json"] + options)
        let outcome = try Command.run(arguments, environment: cache.environment, in: workspace.folder.path)
        #expect(outcome.errors == "")
        return (outcome.exitCode, try JSONDecoder().decode(CompressionReport.self, from: Data(outcome.output.utf8)))
    }

    /// Measures once, and gives the factored layers other times, and whole models that of the original or another share of it.
    private func fillCache(models share: Double = 0.5, factored: (_ key: String, _ time: Double) -> Double) throws {
        _ = try compress("balanced")
        try cache.rewrite(models: share, factored: factored)
        // With these times other models are made, and timed.
        for optimize in ["balanced", "latency"] {
            for options in [["--keep-params", "0.6"], ["--tolerance", "10"]] { _ = try run(optimize, options) }
        }
        try cache.rewrite(models: share, factored: factored)
    }

    @Test("Where no factored layer is faster, none is factored", arguments: ["balanced", "latency"])
    func slower(optimize: String) throws {
        try fillCache { _, _ in 1000 }
        let (exitCode, report) = try compress(optimize, "--keep-params", "0.6")
        #expect(exitCode == 3)
        #expect(report.output == nil)
        #expect(report.layers.allSatisfy { $0.form == "dense" })
        #expect(report.layers.allSatisfy { $0.reason.contains("measured to be faster") && $0.latencyMs?.after == $0.latencyMs?.before })
        #expect(report.notes.contains { $0.contains("cannot be reached") && $0.contains("--optimize size") })
    }

    @Test("Where all are faster, sizes are reached as without a look at the time")
    func faster() throws {
        try fillCache { _, _ in 1e-6 }
        let (exitCode, report) = try compress("balanced", "--keep-params", "0.6")
        #expect(exitCode == 0)
        #expect(Double(report.parameters.after) <= 0.6 * 3510)
        let bySize = try compress("size", "--keep-params", "0.6").report
        // Of other ranks: those that fill vectors.
        for parameters in [report.parameters, bySize.parameters] { #expect(Double(parameters.after) >= 0.97 * 0.6 * 3510) }
        let changed = report.layers.filter { $0.form != "dense" }
        #expect(!changed.isEmpty && changed.allSatisfy { $0.latencyMs?.after == 1e-6 && $0.latencyMs?.before ?? 0 > 0 })
        #expect(bySize.layers.allSatisfy { $0.latencyMs == nil })
    }

    @Test("A model that is slower as a whole is not taken, however fast its layers are", arguments: ["lossless", "compact"])
    func slowerAsAWhole(mode: String) throws {
        try fillCache(models: 1.5) { _, _ in 1e-6 }
        var (exitCode, report) = try compress("balanced", "--mode", mode, "--tolerance", "10")
        // A model that is given up lets the next one be timed.
        for _ in 0..<30 where exitCode == 0 {
            try cache.rewrite(models: 1.5)
            (exitCode, report) = try compress("balanced", "--mode", mode, "--tolerance", "10")
        }
        #expect(exitCode == 3)
        #expect(report.output == nil)
        #expect(report.notes.contains { $0.contains("slower on this machine; --optimize size") })
    }

    @Test("A slow form gives way to a faster one")
    func form() throws {
        try fillCache { key, _ in key.contains("pivoted") ? 1000 : 1e-6 }
        let (exitCode, report) = try compress("balanced", "--keep-params", "0.6")
        #expect(exitCode == 0)
        #expect(report.layers.allSatisfy { !$0.form.contains("pivoted") })
        #expect(report.layers.contains { $0.form != "dense" })
    }

    @Test("--keep-latency is what whole models were measured to take", arguments: ["size", "macs", "latency", "balanced"])
    func keptLatency(optimize: String) throws {
        let options = ["--keep-latency", "0.75"]
        func report(models share: Double) throws -> (exitCode: Int32, report: CompressionReport) {
            // A model whose time is known lets the next one be timed, until all are known.
            var known = -1
            while true {
                let outcome = try run(optimize, options)
                let count = try cache.count
                if count == known { return outcome }
                known = count
                try cache.rewrite(models: share) { _, _ in 1e-6 }
            }
        }
        let fast = try report(models: 0.7)
        #expect(fast.exitCode == 0 && fast.report.layers.contains { $0.form != "dense" }, "\(fast.report.notes)")
        let slow = try report(models: 0.8)
        #expect(slow.exitCode == 3 && slow.report.notes.contains { $0.contains("more than --keep-latency asks for") })
    }

    @Test("With the same measured times the same bytes are written", arguments: ["balanced", "latency"])
    func sameBytes(optimize: String) throws {
        try fillCache { _, _ in 1e-6 }
        func run() throws -> (Int32, Data, Data) {
            let exitCode = try compress(optimize, "--tolerance", "10").exitCode
            return (exitCode, try workspace.folder.read("small.onnx"), try cache.folder.read("latency.json"))
        }
        let (first, second) = try (run(), run())
        #expect(first.0 == 0)
        #expect(first == second)
    }

    @Test("Sensitivities take no stopwatch")
    func sensitivities() throws {
        let outcome = try Command.run(
            ["sensitivity", "model.onnx", "--calibration", "data.npz", "--ranks", "1", "--quiet"],
            environment: cache.environment, in: workspace.folder.path)
        #expect(outcome.exitCode == 0)
        #expect(try cache.folder.contents().isEmpty)
    }

    @Test("A cache that cannot be read counts as empty")
    func brokenCache() throws {
        try cache.folder.write(Data("{".utf8), to: "latency.json")
        #expect(try [0, 3].contains(compress("balanced").exitCode))
        #expect(throws: Never.self) { try JSONDecoder().decode([String: Double].self, from: cache.folder.read("latency.json")) }
    }
}
