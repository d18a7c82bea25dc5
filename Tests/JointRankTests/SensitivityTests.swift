import Foundation
import ONNXModel
import Reporting
import Tensors
import TestSupport
import Testing

@Suite("jointrank sensitivity")
struct SensitivityTests {
    @Test("Sets predictions beside measurements, and writes nothing")
    func points() throws {
        let workspace = try Workspace(Networks.convolutional(noise: 0.02), labelledBy: Networks.convolutional(noise: 0), samples: 120)
        let before = try workspace.folder.contents()
        let arguments = ["sensitivity", "model.onnx", "--calibration", "data.npz", "--ranks", "3", "--include", "dense?", "--quiet"]
        let outcome = try Command.run(arguments + ["--json"], in: workspace.folder.path)
        #expect(outcome.exitCode == 0 && outcome.errors == "")
        let report = try JSONDecoder().decode(SensitivityReport.self, from: Data(outcome.output.utf8))
        #expect((report.fitSamples, report.selectSamples) == (60, 30))
        #expect(report.points.map(\.layer) == ["dense1", "dense1", "dense1", "dense2", "dense2", "dense2"])
        #expect(report.points.map(\.rank) == [8, 16, 24, 1, 3, 4])
        #expect(report.inRange.points + report.outOfRange.points == 6)
        // Beyond rank 4 the first of the two layers holds noise only.
        #expect(report.points[0...2].allSatisfy { abs($0.measured) < 0.02 && abs($0.predicted) < 0.02 })
        for point in report.points {
            let accuracy = try #require(point.accuracy)
            let disagreement = try #require(point.disagreement)
            #expect(accuracy.name == "top-1" && abs(accuracy.difference) <= disagreement)
            let calibrated = try #require(point.calibrated)
            #expect(calibrated.temperatures.before > 0 && calibrated.upperBound95 >= calibrated.difference)
        }
        #expect(try workspace.folder.contents() == before)
        #expect(try Command.run(arguments, in: workspace.folder.path).output == report.text() + "\n")
    }

    /// The mean of log(1 + x W - x), where W is the identity: below its full rank some of these are logarithms of negative numbers.
    @Test("A rank at which losses are no numbers counts as a bad one, and the others are told")
    func notFinite() throws {
        let identity = (0..<64).map { Float($0 / 8 == $0 % 8 ? 1 : 0) }
        let difference = model(
            graph(
                [
                    node("MatMul", ["features", "weight"], "product"), node("Sub", ["product", "features"], "difference"),
                    node("Add", ["difference", "one"], "sum"), node("Log", ["sum"], "logarithm"),
                    node("ReduceMean", ["logarithm"], "scores", .ints("axes", [1])),
                ], [("weight", try Tensor(shape: [8, 8], identity)), ("one", Tensor([Float(1)]))], inputs: [value("features", [nil, 8])],
                outputs: [value("scores", [nil, 1])]), operatorSet: 13)
        let workspace = try Workspace(difference, samples: Samples(count: 80, labelledBy: difference, classes: 1))
        let outcome = try Command.run(
            [
                "sensitivity", "model.onnx", "--calibration", "data.npz", "--loss", "output:scores", "--ranks", "3", "--quiet", "--json",
            ], in: workspace.folder.path)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let report = try JSONDecoder().decode(SensitivityReport.self, from: Data(outcome.output.utf8))
        #expect(report.points.count == 3 && report.points.contains { $0.measured > 1e6 })
        #expect(report.points.allSatisfy { $0.measured.isFinite && $0.accuracy == nil && $0.calibrated == nil })
    }

    @Test("Bad input ends like that of other commands")
    func badInput() throws {
        let workspace = try Workspace(samples: 24)
        try workspace.expectFailure(["sensitivity", "model.onnx"], exitCode: 64, "'--calibration <file>'")
        for (options, message) in [
            (["--ranks", "0"], "--ranks 0"), (["--threads", "0"], "--threads 0"), (["--include", "none"], "'none'"),
        ] {
            try workspace.expectFailure(
                ["sensitivity", "model.onnx", "--calibration", "data.npz", "--quiet"] + options, exitCode: 64, message)
        }
        try workspace.expectFailure(["sensitivity", "model.onnx", "--calibration", "none.npz", "--quiet"], exitCode: 66, "'none.npz'")
    }
}
