import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Bad data: the documented exit code, one line, no trace")
struct BadDataTests {
    private let workspace = try? Workspace(Networks.perceptron(), labelledBy: Networks.perceptron(noise: 0), samples: 24)
    private let good = try? Samples(count: 24, labelledBy: Networks.perceptron(noise: 0))

    /// Both commands that read data must fail in the same way.
    private func expect(
        _ exitCode: Int32, _ message: String, options: [String] = [], sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (Samples) throws -> Samples
    ) throws {
        let workspace = try #require(workspace)
        try change(#require(good)).write(to: workspace.folder.path("data.npz"))
        for arguments in [Workspace.arguments(options), ["evaluate", "model.onnx", "--data", "data.npz", "--quiet"] + options] {
            try workspace.expectFailure(arguments, exitCode: exitCode, message, sourceLocation: sourceLocation)
        }
    }

    private func floats(_ shape: [Int], _ element: Float = 0.5) throws -> Tensor {
        try Tensor(shape: shape, [Float](repeating: element, count: shape.reduce(1, *)))
    }

    private func labels(_ label: Int64, at sample: Int = 17) -> Tensor {
        Tensor((0..<24).map { $0 == sample ? label : Int64($0 % 6) })
    }

    @Test("A missing array is named, and those that are there")
    func missingArrays() throws {
        try expect(65, "no array 'labels' in 'data.npz'; there is 'features'") { $0.replacing("labels", by: nil) }
        try expect(65, "no array 'features' in 'data.npz'; there is 'labels'") { $0.replacing("features", by: nil) }
        try expect(65, "no array 'classes' in 'data.npz'; there are 'features', 'labels'", options: ["--labels", "classes"]) { $0 }
    }

    @Test("Shapes and types that are not the model's")
    func shapes() throws {
        try expect(65, "array 'features' has the shape [24, 25], but the model takes [?, 24]") {
            try $0.replacing("features", by: floats([24, 25]))
        }
        try expect(65, "array 'features' has the shape [24, 24, 1]") { try $0.replacing("features", by: floats([24, 24, 1])) }
        try expect(65, "array 'features' has the shape [24]") { try $0.replacing("features", by: floats([24])) }
        try expect(65, "scalar") { $0.replacing("features", by: Tensor(scalar: Float(1))) }
        try expect(65, "it has 24 samples where array 'features' has 23") { try $0.replacing("features", by: floats([23, 24])) }
        try expect(65, "array 'features'") {
            try $0.replacing("features", by: Tensor(shape: [24, 24], [Int64](repeating: 1 << 40, count: 576)))
        }
    }

    @Test("Labels that are none")
    func badLabels() throws {
        try expect(65, "array 'labels', sample 17: label 6 is not one of 6 classes") { $0.replacing("labels", by: labels(6)) }
        try expect(65, "array 'labels', sample 17: label -1 is not one of 6 classes") { $0.replacing("labels", by: labels(-1)) }
        try expect(65, "label -100 is not one of 6 classes") { $0.replacing("labels", by: labels(-100)) }
        try expect(65, "array 'labels'") { $0.replacing("labels", by: labels(.max)) }
        try expect(65, "it holds float32 but labels must be integers") { try $0.replacing("labels", by: floats([24])) }
        try expect(65, "it holds bool but labels must be integers") {
            $0.replacing("labels", by: Tensor([Bool](repeating: true, count: 24)))
        }
        try expect(65, "the labels have 2 entries a sample") {
            try $0.replacing("labels", by: Tensor(shape: [24, 2], [Int64](repeating: 1, count: 48)))
        }
        try expect(65, "labels have one or two axes") {
            try $0.replacing("labels", by: Tensor(shape: [24, 1, 1], [Int64](repeating: 1, count: 24)))
        }
    }

    @Test("Values that are no number", arguments: [(Float.nan, "NaN"), (.infinity, "an infinite value")])
    func notFinite(element: Float, name: String) throws {
        try expect(65, "array 'features', sample 17: it holds \(name)") { samples in
            samples.replacing("features", by: try Tensor(shape: [24, 24], (0..<576).map { $0 == 17 * 24 + 3 ? element : 0.5 }))
        }
    }

    @Test("Numbers beyond what the network bears")
    func overflow() throws {
        let workspace = try #require(workspace)
        try #require(good).replacing("features", by: floats([24, 24], 3e38)).write(to: workspace.folder.path("data.npz"))
        try workspace.expectFailure(exitCode: 65, "the inputs of layer 'product1' are not finite, or too large to be squared")
    }

    @Test("No samples, or too few")
    func tooFew() throws {
        func first(_ count: Int) throws -> Samples {
            Samples(arrays: [("features", try floats([count, 24])), ("labels", Tensor([Int64](repeating: 1, count: count)))])
        }
        try expect(65, "array 'features' in 'data.npz': it has no samples") { _ in try first(0) }
        let workspace = try #require(workspace)
        for count in [1, 7] {
            try first(count).write(to: workspace.folder.path("data.npz"))
            try workspace.expectFailure(exitCode: 65, "'data.npz' has \(count) samples, but at least 8 are needed")
        }
        try first(1).write(to: workspace.folder.path("holdout.npz"))
        try first(8).write(to: workspace.folder.path("data.npz"))
        try workspace.expectFailure(compressing: "--holdout", "holdout.npz", exitCode: 65, "'holdout.npz' has 1 sample, but a bound needs")
        #expect(try workspace.compress("--force-rank", "*=2").exitCode == 0)
    }

    @Test("Transforms that make no sense, or that nothing takes")
    func transforms() throws {
        let bytes = try Tensor(shape: [24, 24], [UInt8](repeating: 3, count: 576))
        let onBytes = { (samples: Samples) in samples.replacing("features", by: bytes) }
        try expect(64, "standard deviation 0.0 is not a positive", options: ["--std", "0"], onBytes)
        try expect(64, "standard deviation -1.0 is not a positive", options: ["--std", "-1"], onBytes)
        try expect(64, "scale nan is not a finite", options: ["--scale", "nan"], onBytes)
        try expect(64, "scale 0.0 makes all values the same", options: ["--scale", "0"], onBytes)
        try expect(64, "mean inf is not a finite", options: ["--mean", "inf"], onBytes)
        try expect(64, "there are 3 means but 2 standard deviations", options: ["--mean", "1,2,3", "--std", "1,2"], onBytes)
        try expect(65, "there are values for 3 channels but axis 1 is 24 long", options: ["--mean", "1,2,3"], onBytes)
        try expect(64, "are for integer arrays, but 'data.npz' has none", options: ["--mean", "1"]) { $0 }
        try expect(65, "it is not finite after scale, mean and standard deviation", options: ["--std", "1e-40", "--mean", "-1"], onBytes)
    }

    @Test("Files that are none")
    func files() throws {
        let workspace = try #require(workspace)
        let whole = try workspace.folder.read("data.npz")
        func expect(_ exitCode: Int32, _ message: String, data: String = "data.npz") throws {
            try workspace.expectFailure(compressing: "--calibration", data, exitCode: exitCode, message)
            try workspace.expectFailure(["evaluate", "model.onnx", "--data", data, "--quiet"], exitCode: exitCode, message)
        }
        try expect(66, "'none.npz': no such file", data: "none.npz")
        try expect(66, "'/dev/null' cannot be read: it is not a regular file", data: "/dev/null")
        try expect(65, "'.': it is a folder, of images that is, but the model's input 'features' has 2 axes", data: ".")
        try expect(66, "it is not a regular file", data: "/dev/zero")
        try expect(65, "model.onnx", data: "model.onnx")
        for count in [0, 1, 30, whole.count / 2, whole.count - 1] {
            try workspace.folder.write(whole.prefix(count), to: "data.npz")
            try expect(65, "'data.npz'")
        }
        var random = RandomTensors(seed: 6)
        try workspace.folder.write(Data((0..<5000).map { _ in UInt8.random(in: 0...255, using: &random) }), to: "data.npz")
        try expect(65, "'data.npz'")
    }
}
