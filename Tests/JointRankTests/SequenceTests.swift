import Datasets
import Foundation
import ONNXModel
import OnnxRuntimeEngine
import Reporting
import TestSupport
import Tensors
import Testing

@Suite("Sequences, and other losses than that of classes")
struct SequenceTests {
    private static let words = 40
    private static let length = 6

    /// ids, mask -> table of 40 x 32 -> mean of the past -> dense layer -> scores of each next word, by the table transposed.
    private func languageModel(noise: Double) throws -> Model {
        var random = RandomTensors(seed: 9)
        let table = try random.normal([Self.words, 32])
        let values = table.elements(as: Float.self) ?? []
        let transposed = (0..<values.count).map { values[$0 % Self.words * 32 + $0 / Self.words] }
        let past = (0..<Self.length * Self.length).map { Float($0 % Self.length <= $0 / Self.length ? 1 : 0) }
        return model(
            graph(
                [
                    node("Gather", ["table", "ids"], "vectors"), node("Cast", ["attention_mask"], "mask", .int("to", 1)),
                    node("Unsqueeze", ["mask", "last"], "column"), node("Mul", ["vectors", "column"], "masked"),
                    node("Shape", ["ids"], "shape"), node("Gather", ["shape", "second"], "end"),
                    node("Slice", ["past", "start", "end", "rows"], "someRows"),
                    node("Slice", ["someRows", "start", "end", "columns"], "visible"),
                    node("MatMul", ["visible", "masked"], "sums"),
                    node("MatMul", ["sums", "dense.weight"], "product", name: "dense"), node("Tanh", ["product"], "hidden"),
                    node("MatMul", ["hidden", "table.transposed"], "scores", name: "head"),
                ],
                [
                    ("table", table), ("table.transposed", try Tensor(shape: [32, Self.words], transposed)),
                    ("dense.weight", try random.nearlyLowRank([32, 32], rank: 4, noise: noise)),
                    ("past", try Tensor(shape: [Self.length, Self.length], past)), ("last", Tensor([-1] as [Int64])),
                    ("second", Tensor([1] as [Int64])), ("start", Tensor([0] as [Int64])), ("rows", Tensor([0] as [Int64])),
                    ("columns", Tensor([1] as [Int64])),
                ],
                inputs: [value("ids", [nil, nil], .int64), value("attention_mask", [nil, nil], .int64)],
                outputs: [value("scores", [nil, nil, Self.words])]))
    }

    /// Words of a sample, 2 to 6; the first batch has shorter samples than the others.
    private func used(_ sample: Int) -> Int { 2 + sample % (sample < 8 ? 3 : 5) }

    /// Sequences of 2 to 6 words; what the network without noise says is right, and what is padding does not count.
    func workspace(samples: Int = 160) throws -> TemporaryFolder {
        var random = SplitMix64(seed: 4)
        var (ids, mask): ([Int64], [Int64]) = ([], [])
        for sample in 0..<samples {
            let used = used(sample)
            for position in 0..<Self.length {
                ids.append(position < used ? Int64.random(in: 0..<Int64(Self.words), using: &random) : 0)
                mask.append(position < used ? 1 : 0)
            }
        }
        let shape = [samples, Self.length]
        let inputs = ["ids": try Tensor(shape: shape, ids), "attention_mask": try Tensor(shape: shape, mask)]
        let scores = try Session(model: languageModel(noise: 0).serialized()).run(inputs)["scores"]?.elements(as: Float.self) ?? []
        let labels = mask.indices.map { position -> Int64 in
            guard mask[position] == 1 else { return Int64(Labels.ignored) }
            let row = scores[(position * Self.words)..<((position + 1) * Self.words)]
            return Int64((row.indices.max { row[$0] < row[$1] } ?? row.startIndex) - row.startIndex)
        }
        let folder = try TemporaryFolder()
        try folder.write(languageModel(noise: 0.3).serialized(), to: "model.onnx")
        try ArrayFileWriter.writeNPZ(
            inputs.map { ($0.key, $0.value) } + [("labels", try Tensor(shape: shape, labels))], to: folder.path("data.npz"))
        return folder
    }

    private func run<Report: Decodable>(_ folder: TemporaryFolder, _ arguments: String..., as type: Report.Type) throws -> Report {
        let outcome = try Command.run(arguments + ["--json", "--quiet", "--threads", "1"], in: folder.path)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    }

    @Test("A table that is the output layer too is listed once, with both operators")
    func inspection() throws {
        let folder = try workspace(samples: 8)
        let outcome = try Command.run(["inspect", "model.onnx", "--json"], in: folder.path)
        let report = try JSONDecoder().decode(InspectionReport.self, from: Data(outcome.output.utf8))
        let table = try #require(report.layers.first)
        #expect((table.name, table.op, table.shape, table.treatable) == ("vectors", "Gather+MatMul", [Self.words, 32], true))
        #expect(report.layers.map(\.name) == ["vectors", "dense"])
    }

    @Test("Its table is factored, and known by either node")
    func tiedTables() throws {
        let folder = try workspace()
        let report = try run(
            folder, "compress", "model.onnx", "--calibration", "data.npz", "--mode", "compact", "--force-rank", "head=9", "--exclude",
            "dense",
            "-o", "small.onnx", as: CompressionReport.self)
        let table = try #require(report.layers.first { $0.name == "vectors" })
        #expect(table.rank == 9)
        #expect(report.parameters.after == report.parameters.before - 2 * Self.words * 32 + 9 * (Self.words + 32))
    }

    @Test("Both of its uses are timed")
    func timedTables() throws {
        let folder = try workspace(samples: 40)
        let cache = try TemporaryFolder()
        let outcome = try Command.run(
            [
                "compress", "model.onnx", "--calibration", "data.npz", "--mode", "lossless", "--optimize", "balanced", "--threads", "1",
                "-o",
                "small.onnx",
            ], environment: ["JOINTRANK_CACHE": cache.path], in: folder.path)
        #expect([0, 3].contains(outcome.exitCode), "\(outcome.errors)")
        let times = try JSONDecoder().decode([String: Double].self, from: cache.read("latency.json"))
        let keys = times.keys.filter { $0.contains("Gather") }
        #expect(keys.contains { $0.contains(" + MatMul") && $0.contains(" dense;") })
        #expect(keys.contains { $0.contains(" + MatMul") && $0.contains(" rank ") })
    }

    @Test("A language model gets smaller, and its tied table is stored once")
    func languageModels() throws {
        let folder = try workspace()
        let report = try run(
            folder, "compress", "model.onnx", "--calibration", "data.npz", "--mode", "lossless", "--keep-params", "0.55", "--optimize",
            "size",
            "-o", "small.onnx", as: CompressionReport.self)
        #expect(report.holdout?.metric?.name == "token accuracy")
        #expect(report.holdout?.furtherMetrics.map(\.name) == ["perplexity", "macro F1"])
        #expect(
            report.notes.contains { $0.contains("1 weights that the file holds twice are stored once (1 280 parameters)") },
            "\(report.notes)")
        #expect(report.layers.first { $0.name == "dense" }?.rank != nil)
        #expect(Double(report.parameters.after) <= 0.55 * Double(report.parameters.before))
        // The file says the same about itself as the report does.
        let written = try Model.load(from: folder.path("small.onnx"))
        #expect(try ParameterCount.of(written.proto) == report.parameters.after)
        #expect(!written.proto.graph.initializer.contains { $0.name == "table.transposed" })
        let evaluation = try run(
            folder, "evaluate", "small.onnx", "--data", "data.npz", "--against", "model.onnx", as: EvaluationReport.self)
        #expect(evaluation.metrics.map(\.name) == ["token accuracy", "perplexity", "macro F1"])
    }

    @Test("A frontier begins with the size that storing the table once reaches, at no change at all")
    func mergedAlone() throws {
        let report = try run(
            workspace(), "frontier", "model.onnx", "--calibration", "data.npz", "--shares", "0.9", "--optimize", "size",
            as: FrontierReport.self)
        let point = try #require(report.points.first)
        #expect(report.points.count == 1)
        #expect(point.parameters == report.original.parameters - 1280)
        #expect(point.loss.certify?.difference == 0)
        #expect(point.loss.certify?.upperBound95 == 0)
    }

    /// The mean of all positions, also of those that the mask leaves out.
    @Test("What is called a mask but is none cuts nothing off")
    func noMask() throws {
        let folder = try TemporaryFolder()
        let network = model(
            graph(
                [
                    node("ReduceMean", ["x"], "mean", .ints("axes", [1]), .int("keepdims", 0)),
                    node("Cast", ["mask"], "floats", .int("to", 1)),
                    node("ReduceSum", ["floats", "positions"], "used", .int("keepdims", 1)), node("Mul", ["used", "nothing"], "zero"),
                    node("Add", ["mean", "zero"], "scores"),
                ], [("positions", Tensor([1] as [Int64])), ("nothing", Tensor(scalar: Float(0)))],
                inputs: [value("x", [nil, nil, 2]), value("mask", [nil, nil], .int64)], outputs: [value("scores", [nil, 2])]))
        try folder.write(network.serialized(), to: "model.onnx")
        var random = RandomTensors(seed: 6)
        let x = try random.normal([10, 4, 2], deviation: 3)
        let mask = try Tensor(shape: [10, 4], (0..<40).map { Int64($0 % 4 < 2 ? 1 : 0) })
        let labels = (0..<10).map { Int64($0 % 2) }
        try ArrayFileWriter.writeNPZ([("x", x), ("mask", mask), ("labels", Tensor(labels))], to: folder.path("data.npz"))
        let report = try run(folder, "evaluate", "model.onnx", "--data", "data.npz", as: EvaluationReport.self)
        let values = (x.elements(as: Float.self) ?? []).map(Double.init)
        var sum = 0.0
        for sample in 0..<10 {
            let means = (0..<2).map { column in (0..<4).reduce(0) { $0 + values[(sample * 4 + $1) * 2 + column] } / 4 }
            sum += log(exp(means[0]) + exp(means[1])) - means[Int(labels[sample])]
        }
        #expect(abs(report.loss - sum / 10) < 1e-5)
    }

    /// The mean over a sample's positions, each loss computed here from the scores of the whole, uncut batch.
    @Test("The loss of a sequence is the mean over the words that count, whatever is cut off")
    func losses() throws {
        let folder = try workspace(samples: 20)
        let report = try run(folder, "evaluate", "model.onnx", "--data", "data.npz", as: EvaluationReport.self)
        let data = try Dataset(path: folder.path("data.npz"))
        let inputs = try data.inputs(Array(0..<20), as: ["ids": .int64, "attention_mask": .int64])
        let labels = try data.labels().values(Array(0..<20))
        let scores = try #require(
            try Session(model: languageModel(noise: 0.3).serialized()).run(inputs)["scores"]?.elements(as: Float.self))
        var sum = 0.0
        for sample in 0..<20 {
            let counting = (0..<Self.length).map { sample * Self.length + $0 }.filter { labels[$0] != Labels.ignored }
            let losses = counting.map { position -> Double in
                let row = scores[(position * Self.words)..<((position + 1) * Self.words)].map { Double($0) }
                return log(row.reduce(0) { $0 + exp($1) }) - row[labels[position]]
            }
            sum += losses.reduce(0, +) / Double(counting.count)
        }
        #expect(abs(report.loss - sum / 20) < 1e-4)
    }

    /// Rows of `data.npz` without their padding, as JSON lines; without labels where they are not wanted.
    private func writeLines(of folder: TemporaryFolder, samples: Int, to name: String, labels wantsLabels: Bool = true) throws {
        let data = try Dataset(path: folder.path("data.npz"))
        let inputs = try data.inputs(Array(0..<samples), as: ["ids": .int64, "attention_mask": .int64])
        let ids: [Int64] = try #require(inputs["ids"]?.elements())
        let mask: [Int64] = try #require(inputs["attention_mask"]?.elements())
        let labels = try data.labels().values(Array(0..<samples))
        let lines = (0..<samples).map { sample in
            let counting = (sample * Self.length..<(sample + 1) * Self.length).filter { mask[$0] == 1 }
            let labels = wantsLabels ? #", "labels": \#(counting.map { labels[$0] })"# : ""
            return #"{"ids": \#(counting.map { ids[$0] })\#(labels)}"# + "\n"
        }
        try folder.write(Data(lines.joined().utf8), to: name)
    }

    @Test("JSON lines give what the arrays give that they stand for")
    func jsonLines() throws {
        let folder = try workspace(samples: 20)
        try writeLines(of: folder, samples: 20, to: "data.jsonl")
        let expected = try run(folder, "evaluate", "model.onnx", "--data", "data.npz", as: EvaluationReport.self)
        var fromLines = try run(folder, "evaluate", "model.onnx", "--data", "data.jsonl", as: EvaluationReport.self)
        fromLines.data = "data.npz"
        #expect(fromLines == expected)
    }

    @Test("JSON lines without labels are compressed by the ids that come next, and the report says so")
    func nextIDs() throws {
        let folder = try workspace(samples: 40)
        try writeLines(of: folder, samples: 40, to: "data.jsonl", labels: false)
        let remark = "'data.jsonl' has no labels: each position's label is the id that comes next"
        let evaluation = try run(folder, "evaluate", "model.onnx", "--data", "data.jsonl", as: EvaluationReport.self)
        // What comes next is not what this network says.
        #expect(evaluation.notes.count == 2 && evaluation.notes[0] == remark && evaluation.notes[1].hasPrefix("the model's own loss is "))
        let report = try run(
            folder, "compress", "model.onnx", "--calibration", "data.jsonl", "--mode", "lossless", "--keep-params", "0.9", "--optimize",
            "size",
            "-o", "small.onnx", as: CompressionReport.self)
        #expect(report.notes.contains(remark))
        #expect(report.output == "small.onnx")
    }

    @Test("What the original says at each position that a mask lets through can be all that is wanted")
    func divergence() throws {
        let folder = try workspace()
        let arguments = ["evaluate", "model.onnx", "--data", "data.npz", "--loss", "divergence", "--against", "clean.onnx"]
        try folder.write(languageModel(noise: 0).serialized(), to: "clean.onnx")
        let outcome = try Command.run(arguments + ["--json", "--quiet"], in: folder.path)
        let report = try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output.utf8))
        let inputs = try Dataset(path: folder.path("data.npz"), arrays: ["ids", "attention_mask"]).batch(Array(0..<160))
        let scores = try ["clean.onnx", "model.onnx"].map { name in
            let values = try Session(model: folder.read(name)).run(inputs)["scores"]?.elements(as: Float.self) ?? []
            return stride(from: 0, to: values.count, by: Self.words).map { row -> [Double] in
                let own = values[row..<(row + Self.words)].map { exp(Double($0)) }
                return own.map { $0 / own.reduce(0, +) }
            }
        }
        let means = (0..<160).map { sample -> Double in
            let positions = (0..<used(sample)).map { sample * Self.length + $0 }
            let sum = positions.reduce(0) { sum, row in
                sum + zip(scores[0][row], scores[1][row]).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
            }
            return sum / Double(positions.count)
        }
        #expect(report.loss > 1e-3)
        #expect(abs(report.loss - means.reduce(0, +) / 160) < 1e-5)

        let compressed = try run(
            folder, "compress", "model.onnx", "--calibration", "data.npz", "--loss", "divergence", "--mode", "lossless", "--keep-params",
            "0.7", "--optimize", "size", "-o", "small.onnx", as: CompressionReport.self)
        #expect(compressed.output == "small.onnx" && compressed.holdout?.metric?.name == "top-1 agreement")
    }

    @Test("Several labels, values, and a loss that the model computes", arguments: ["multi-label", "squared-error", "output:scores"])
    func otherLosses(loss: String) throws {
        let workspace = try Workspace(Networks.perceptron(), labelledBy: Networks.perceptron(noise: 0))
        let data = try Dataset(path: workspace.folder.path("data.npz"))
        let features = try data.inputs(Array(0..<240), as: ["features": .float32])
        let scores = try #require(try Session(model: Networks.perceptron(noise: 0).serialized()).run(features)["scores"])
        let values = scores.elements(as: Float.self) ?? []
        let targets = try Tensor(shape: scores.shape, loss == "multi-label" ? values.map { $0 > 0 ? 1 : 0 } : values)
        var arrays: [(name: String, tensor: Tensor)] = features.map { ($0.key, $0.value) }
        if !loss.hasPrefix("output") { arrays.append(("labels", targets)) }
        try ArrayFileWriter.writeNPZ(arrays, to: workspace.folder.path("data.npz"))
        let report = try workspace.report("--loss", loss, "--mode", "lossless", "--keep-params", "0.6")
        let names = ["multi-label": "label accuracy", "squared-error": "Pearson correlation"]
        #expect(report.holdout?.metric?.name == names[loss])
        #expect(Double(report.parameters.after) <= 0.6 * Double(report.parameters.before))
        #expect(report.holdout?.loss.before.isFinite == true)
    }

    @Test("A loss that is no output, and labels of another kind, are refused")
    func refusals() throws {
        let workspace = try Workspace(Networks.perceptron(), labelledBy: Networks.perceptron(noise: 0), samples: 24)
        try workspace.expectFailure(compressing: "--loss", "output:nothing", exitCode: 64, "has the outputs scores")
        try workspace.expectFailure(compressing: "--loss", "multi-label", exitCode: 65, "the labels have 1 entry a sample")
    }
}
