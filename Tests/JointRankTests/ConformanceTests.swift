import Foundation
import ONNXModel
import Reporting
import TestSupport
import Testing

/// Whatever is written passes the checker of the onnx package in full and strict shape inference, and ONNX Runtime computes the same from it with
/// its optimisations off and on.
///
/// What those may differ by, relative to the largest output: 1e-5 in float32, some 80 roundings of 2^-23; half of a rounding of the
/// stored type in float16 (2^-6 through a network's layers) and bfloat16 (2^-3).
@Suite(
    "Files of every method and form, judged by the onnx package and ONNX Runtime",
    .enabled(if: ReferencePython.isInstalled, "\(ReferencePython.hint)"))
struct ConformanceTests {
    static let methods = ["svd", "fwsvd", "asvd", "svd-llm", "balf", "kfac-svd", "zs-svd", "first-order", "joint"]

    private static let demo = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Examples/FashionMNIST/model.onnx").standardized.path

    private func demoWorkspace(samples: Int = 64) throws -> Workspace {
        let model = try Model.load(from: ConformanceTests.demo)
        return try Workspace(model, samples: Samples(count: samples, labelledBy: model, classes: 10))
    }

    @Test("The network of the demo, by each method", arguments: methods)
    func demo(method: String) throws {
        let workspace = try demoWorkspace()
        let report = try workspace.report("--method", method, "--mode", "lossless", "--keep-params", "0.45")
        #expect(report.layers.contains { $0.form != "dense" })
        try check(workspace, tolerance: 1e-5)
    }

    @Test("The network of the demo, in each form that factors are stored in")
    func forms() throws {
        let workspace = try demoWorkspace()
        var forms: Set<String> = []
        for (options, tolerance) in [
            (["--keep-params", "0.2"], 1e-5), (["--keep-params", "0.2", "--without", "spatial-scheme"], 1e-5),
            (["--force-rank", "*=full"], 1e-5), (["--force-rank", "*=4", "--method", "svd"], 1e-5),
            (["--keep-params", "0.3", "--factor-type", "float16"], 0x1p-6),
            (["--keep-params", "0.3", "--factor-type", "bfloat16"], 0x1p-3),
        ] {
            let outcome = try Command.run(Workspace.arguments(options + ["--mode", "lossless", "--json"]), in: workspace.folder.path)
            try #require(outcome.exitCode == 0, "\(options): \(outcome.errors)")
            forms.formUnion(try JSONDecoder().decode(CompressionReport.self, from: Data(outcome.output.utf8)).layers.map(\.form))
            try check(workspace, tolerance: tolerance)
        }
        #expect(forms.isSuperset(of: ["pivoted", "spatial-pivoted"]), "\(forms.sorted())")
    }

    @Test("A small transformer, by each method", arguments: methods)
    func transformer(method: String) throws {
        let workspace = try Workspace(Networks.transformer(), labelledBy: Networks.transformer(noise: 0), samples: 120)
        for options in [[], ["--stack", "always"], ["--factor-type", "float16"]] {
            let outcome = try Command.run(
                Workspace.arguments(["--method", method, "--mode", "lossless", "--keep-params", "0.6", "--json"] + options),
                in: workspace.folder.path)
            try #require(outcome.exitCode == 0, "\(options): \(outcome.errors)")
            let report = try JSONDecoder().decode(CompressionReport.self, from: Data(outcome.output.utf8))
            #expect(report.layers.contains { $0.form != "dense" })
            try check(workspace, tolerance: options.contains("float16") ? 0x1p-6 : 1e-5)
        }
    }

    private func check(_ workspace: Workspace, tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let written = try WrittenModel.checked(
            workspace.folder.path("small.onnx"), against: workspace.folder.path("model.onnx"), data: workspace.folder.path("data.npz"))
        #expect(written.optimised < tolerance, sourceLocation: sourceLocation)
        #expect(written.original < 1, sourceLocation: sourceLocation)
    }
}
