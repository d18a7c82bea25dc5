import Foundation
import ONNXModel
import Reporting
import Tensors
import TestSupport
import Testing

/// Times of other batches, threads and devices than those of the run.
@Suite("Latency of the deployment")
struct DeviceLatencyTests {
    private let workspace: Workspace
    private let cache: MeasuredTimes

    init() throws {
        workspace = try Workspace()
        cache = try MeasuredTimes()
    }

    private func run(_ arguments: [String]) throws -> Command.Outcome {
        try Command.run(arguments, environment: cache.environment, in: workspace.folder.path)
    }

    private func compress(_ options: String...) throws -> Command.Outcome {
        try run(Workspace.arguments(["--mode", "lossless", "--optimize", "latency", "--method", "svd", "--json"] + options))
    }

    @Test("Batch and threads are part of what is remembered, and are reported")
    func batchAndThreads() throws {
        var counts: [Int] = []
        for options in [[], ["--latency-batch", "3"], ["--latency-threads", "2"]] {
            let outcome = try run(
                Workspace.arguments(
                    ["--mode", "lossless", "--keep-params", "0.6", "--force-rank", "*=1", "--json", "--optimize", "latency"] + options))
            let report = try JSONDecoder().decode(CompressionReport.self, from: Data(outcome.output.utf8))
            #expect(report.latencyMs?.batch == (options.first == "--latency-batch" ? 3 : 1))
            #expect(report.latencyMs?.threads == (options.first == "--latency-threads" ? 2 : 1))
            #expect(report.latencyMs?.clock == (options.first == "--latency-threads" ? "wall" : "processor"))
            counts.append(try cache.count)
        }
        #expect(counts[0] < counts[1] && counts[1] < counts[2])
    }

    @Test(
        "What cannot be timed is said at once",
        arguments: [
            (["--latency-batch", "0"], "--latency-batch 0: 1 to"), (["--latency-threads", "0"], "--latency-threads 0: 1 to 1024"),
            (["--latency-table", "t.json", "--latency-batch", "2"], "--latency-table holds its own batch and threads"),
            (["--latency-table", "t.json", "--optimize", "size"], "--latency-table is for runs in which time counts"),
        ])
    func usage(options: [String], message: String) throws {
        let outcome = try run(Workspace.arguments(options))
        #expect(outcome.exitCode == 64)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test("A fixed batch is no other", arguments: ["size", "latency"])
    func fixedBatch(optimize: String) throws {
        try workspace.folder.write(Networks.convolutional(batch: 4).serialized(), to: "model.onnx")
        let outcome = try run(Workspace.arguments(["--optimize", optimize, "--latency-batch", "2"]))
        #expect(outcome.exitCode == 64)
        #expect(outcome.errors.contains("--latency-batch 2: 'model.onnx' takes 4 at a time and no other number"))
        #expect(try run(["latency-models", "model.onnx", "-o", "layers", "--latency-batch", "2", "--quiet"]).exitCode == 64)
        #expect(try !workspace.folder.contents().keys.contains { $0.hasPrefix("layers") })
    }

    @Test(
        "A table from another device, from end to end",
        .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)), arguments: [1, 2])
    func table(batch: Int) throws {
        let folder = workspace.folder
        let written = try run(["latency-models", "model.onnx", "-o", "layers", "--latency-batch", "\(batch)", "--json", "--quiet"])
        #expect(written.exitCode == 0, "\(written.errors)")
        let summary = try JSONDecoder().decode(LatencyModelsSummary.self, from: Data(written.output.utf8))
        #expect(summary.models > 10 && summary.batch == batch)
        #expect(try run(["latency-models", "model.onnx", "-o", "layers", "--quiet"]).exitCode == 73)
        _ = try ReferencePython.run(
            script: folder.path("layers/time_layers.py"),
            [folder.path("layers"), "-o", folder.path("table.json"), "--threads", "2", "--seconds", "0.001", "--device", "the other one"])
        var table = try #require(
            JSONSerialization.jsonObject(with: folder.read("table.json")) as? [String: Any])
        var times = try #require(table["milliseconds"] as? [String: Double])
        #expect(times.count == summary.models && table["batch"] as? Int == batch)

        // A device on which pivoted forms are slow and all others fast.
        for key in times.keys where !key.hasPrefix("model ") {
            times[key] = key.hasSuffix("dense") ? 1 : key.contains("pivoted") ? 2 : 0.01
        }
        if let model = times.keys.first(where: { $0.hasPrefix("model ") }) { times[model] = 10 }
        table["milliseconds"] = times
        try folder.write(JSONSerialization.data(withJSONObject: table), to: "table.json")
        let known = try? cache.count
        let outcome = try compress("--latency-table", "table.json", "--keep-latency", "0.8")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let report = try JSONDecoder().decode(CompressionReport.self, from: Data(outcome.output.utf8))
        #expect(report.layers.contains { $0.form != "dense" } && report.layers.allSatisfy { !$0.form.contains("pivoted") })
        #expect(report.notes.contains { $0.contains("measured on the other one with \(batch) samples in a run; there the layers") })
        #expect(report.latencyMs?.batch == 1)
        // Nothing was timed here to choose by.
        #expect((try? cache.count) == known)

        try folder.write(Networks.convolutional(noise: 0.25).serialized(), to: "model.onnx")
        let other = try compress("--latency-table", "table.json")
        #expect(other.exitCode == 65 && other.errors.contains("'table.json' was measured for another model than 'model.onnx'"))
    }

    @Test(
        "What is no table is an error",
        arguments: [
            ("{", "'t.json' is not a latency table: it is not JSON"),
            (#"{"schema": "x", "device": "d", "batch": 1, "milliseconds": {}}"#, "is of the schema 'x'"),
            (
                #"{"schema": "jointrank.latency-table/1", "device": "d", "batch": 0, "milliseconds": {}}"#,
                "'t.json' is not a latency table: a batch of 0"
            ),
            (
                #"{"schema": "jointrank.latency-table/1", "device": "d", "batch": 1, "milliseconds": {"a": -1}}"#,
                "'t.json' is not a latency table: 'a' takes -1.0 milliseconds"
            ),
            (
                #"{"schema": "jointrank.latency-table/1", "device": "d", "batch": 1, "milliseconds": {}}"#,
                "'t.json' was measured for another model"
            ),
        ])
    func badTable(text: String, message: String) throws {
        try workspace.folder.write(Data(text.utf8), to: "t.json")
        let outcome = try compress("--latency-table", "t.json")
        #expect(outcome.exitCode == 65)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test("A table that is missing, and one that would be overwritten")
    func files() throws {
        #expect(try compress("--latency-table", "none.json").exitCode == 66)
        try workspace.folder.write(Data("{}".utf8), to: "t.json")
        #expect(try compress("--latency-table", "t.json", "--report", "t.json").exitCode == 73)
        #expect(try compress("--latency-table", "t.json", "-o", "t.json").exitCode == 73)
        #expect(try workspace.folder.read("t.json") == Data("{}".utf8))
    }

    @Test("Layers of a text model need samples that show its length")
    func openLengths() throws {
        let open = model(
            graph(
                [node("MatMul", ["x", "w"], "y")], [("w", try Tensor(shape: [4, 4], [Float](repeating: 1, count: 16)))],
                inputs: [value("x", [nil, nil, 4])], outputs: [value("y", [nil, nil, 4])]))
        try workspace.folder.write(open.serialized(), to: "model.onnx")
        let outcome = try run(["latency-models", "model.onnx", "-o", "layers", "--quiet"])
        #expect(outcome.exitCode == 64 && outcome.errors.contains("give samples that show it, with --calibration"), "\(outcome.errors)")
    }
}
