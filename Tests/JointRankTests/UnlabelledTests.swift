import Datasets
import Foundation
import ONNXModel
import Reporting
import Tensors
import TestSupport
import Testing

@Suite("jointrank compress --unlabelled")
struct UnlabelledTests {
    private static let options = ["--mode", "lossless", "--keep-params", "0.5"]

    /// A workspace with few labelled samples and many others.
    private func workspace(unlabelled: Int = 400) throws -> Workspace {
        let workspace = try Workspace(samples: 48)
        let more = try Samples(count: unlabelled, seed: 21, labelledBy: Networks.convolutional(noise: 0))
        try more.replacing("labels", by: nil).write(to: workspace.folder.path("more.npz"))
        try more.write(to: workspace.folder.path("labelled.npz"))
        return workspace
    }

    @Test("Samples without labels are fitted on, and nothing is selected or certified on them")
    func counts() throws {
        let workspace = try workspace()
        let report = try workspace.report(UnlabelledTests.options + ["--unlabelled", "more.npz", "--html", "page.html"])
        #expect(report.samples == CompressionReport.Samples(fit: 24, unlabelled: 400, select: 12, certify: 12))
        let few = try workspace.report(UnlabelledTests.options + ["-o", "few.onnx"])
        #expect(few.samples == CompressionReport.Samples(fit: 24, select: 12, certify: 12))
        #expect(try workspace.folder.read("small.onnx") != workspace.folder.read("few.onnx"))
        #expect(report.holdout?.loss.before == few.holdout?.loss.before)
        let page = String(decoding: try workspace.folder.read("page.html"), as: UTF8.self)
        #expect(page.contains("fit 24 + 400 unlabelled"))
    }

    @Test("Labels that they may have do not count")
    func labels() throws {
        let workspace = try workspace()
        let reports = try ["more.npz", "labelled.npz"].map { file in
            try workspace.report(UnlabelledTests.options + ["--unlabelled", file, "-o", "\(file).onnx"])
        }
        #expect(try workspace.folder.read("more.npz.onnx") == workspace.folder.read("labelled.npz.onnx"))
        #expect(reports[0].samples == reports[1].samples)
    }

    @Test("Samples of another shape, a file that is missing, and methods that need labels are refused before any work")
    func refused() throws {
        let workspace = try workspace()
        try workspace.folder.write(Data("not an archive".utf8), to: "bad.npz")
        let other = try Samples(count: 4, labelledBy: Networks.convolutional(noise: 0))
        let input = try #require(other.arrays.first)
        let wrong = try Tensor(shape: [4, 3], [Float](repeating: 0, count: 12))
        try other.replacing(input.name, by: wrong).write(to: workspace.folder.path("wrong.npz"))
        for (options, exitCode, message) in [
            (["--unlabelled", "wrong.npz"], 65, "'\(input.name)'"), (["--unlabelled", "none.npz"], 66, "none.npz"),
            (["--unlabelled", "bad.npz"], 65, "bad.npz"),
            (["--unlabelled", "data.npz"], 64, "--unlabelled 'data.npz' holds the same as 'data.npz', whose samples certify the result"),
            (["--unlabelled", "more.npz", "--method", "svd"], 64, "--unlabelled is for the joint method"),
            (["--unlabelled", "more.npz", "--without", "fidelity"], 64, "--unlabelled is for the joint method"),
        ] as [([String], Int32, String)] {
            try workspace.expectFailure(
                Workspace.arguments(UnlabelledTests.options + options), exitCode: exitCode, message)
        }
    }

    @Test("Work of other unlabelled samples is not gone on from")
    func resumed() throws {
        let workspace = try workspace()
        let arguments = Workspace.arguments(UnlabelledTests.options + ["--unlabelled", "more.npz"])
        try workspace.kill(arguments) { $0.entries().count >= 1 }
        try workspace.expectFailure(
            Workspace.arguments(UnlabelledTests.options + ["--unlabelled", "labelled.npz"]), exitCode: 64,
            "the unlabelled data is another one")
        #expect(try Command.run(arguments, in: workspace.folder.path).exitCode == 0)
        #expect(try Command.run(arguments + ["-o", "whole.onnx"], in: workspace.folder.path).exitCode == 0)
        #expect(try workspace.folder.read("small.onnx") == workspace.folder.read("whole.onnx"))
    }
}
