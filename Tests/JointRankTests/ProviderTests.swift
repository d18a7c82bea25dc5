import Foundation
import JointRank
import Reporting
import TestSupport
import Testing

@Suite("Execution providers")
struct ProviderTests {
    private let workspace: Workspace
    /// Times that were measured with another runtime are of no use to others.
    private static let data = ["--calibration", "data.npz", "--threads", "1"]

    init() throws {
        workspace = try Workspace()
    }

    @Test(
        "Texts that name no provider: exit code 64, one line",
        arguments: [
            ("", "the provider's name is missing"), ("open vino", #""open vino" is no name of a provider"#),
            ("cuda:", #""" is no setting"#), ("cuda:device_id", #""device_id" is no setting: settings are key=value"#),
            ("cuda:device_id=", #""device_id=" is no setting"#), ("cuda:a=1,a=2", #"the setting "a" is given twice"#),
            ("cpu:a=1", "cpu has no settings"), ("nonsense", #"has no provider "nonsense"; it has "#),
        ])
    func bad(_ text: String, message: String) throws {
        for option in ["--provider", "--calibration-provider"] {
            try workspace.expectFailure(compressing: option, text, exitCode: 64, message)
        }
        try workspace.expectFailure(
            ["evaluate", "model.onnx", "--data", "data.npz", "--quiet", "--provider", text], exitCode: 64, message)
    }

    @Test("A provider that this ONNX Runtime lacks: exit code 69, and what to do", arguments: ["snpe", "SNPEExecutionProvider"])
    func missing(_ text: String) throws {
        let commands = [
            Workspace.arguments(["--provider", text]), Workspace.arguments(["--calibration-provider", text]),
            ["frontier", "model.onnx", "--quiet", "--provider", text] + ProviderTests.data,
            ["calibrate", "model.onnx", "--quiet", "--provider", text] + ProviderTests.data,
            ["evaluate", "model.onnx", "--data", "data.npz", "--quiet", "--provider", text],
        ]
        for command in commands { try workspace.expectFailure(command, exitCode: 69, "no provider \"SNPE\"; it has ") }
        try workspace.expectFailure(commands[1], exitCode: 69, "--calibration-provider snpe: ONNX Runtime ")
        try workspace.expectFailure(commands[0], exitCode: 69, "set JOINTRANK_ONNXRUNTIME to its shared library")
    }

    @Test("The CPU is what counts without the options, and it is said nowhere")
    func usual() throws {
        let without = try workspace.report("--keep-params", "0.6", "--mode", "lossless")
        let bytes = try workspace.folder.read("small.onnx")
        let with = try workspace.report(
            "--keep-params", "0.6", "--mode", "lossless", "--provider", "cpu", "--calibration-provider", "CPUExecutionProvider")
        #expect(try workspace.folder.read("small.onnx") == bytes)
        #expect(with.environment == without.environment && with.notes == without.notes)
        #expect(without.environment.provider == nil && without.environment.calibrationProvider == nil)
    }

    @Test("Options name a provider as the command line does, and the CPU not at all")
    func coding() throws {
        var options = CompressionOptions(model: "a", calibration: "b", output: "c", mode: .compact)
        let usual = try JSONEncoder().encode(options)
        #expect(!String(decoding: usual, as: UTF8.self).contains("provider"))
        #expect(try JSONDecoder().decode(CompressionOptions.self, from: usual).provider == .cpu)
        options.provider = try ProviderOption(parsing: "CUDA:b=2,a=1")
        options.calibrationProvider = try ProviderOption(parsing: "openvino")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let text = String(decoding: try encoder.encode(options), as: UTF8.self)
        #expect(text.contains(#""provider":"cuda:a=1,b=2""#) && text.contains(#""calibration-provider":"openvino""#))
        #expect(try JSONDecoder().decode(CompressionOptions.self, from: Data(text.utf8)) == options)
        #expect(options.provider.name == "CUDA" && options.provider.settings == ["a": "1", "b": "2"])
        #expect(ProviderOption("cuda:") == nil)
        let error = #expect(throws: ProviderOption.ParsingError.self) { try ProviderOption(parsing: "cuda:") }
        #expect(error?.description.contains("key=value") == true)
    }

    /// Azure's provider is in most builds, and runs no operators of ONNX.
    @Test("What a provider leaves to the CPU is said once of each graph")
    func leftToProcessor() throws {
        let options = ["--keep-params", "0.6", "--mode", "lossless", "--method", "kfac-svd"]
        let known = try Command.run(["evaluate", "model.onnx", "--data", "data.npz", "--provider", "azure"], in: workspace.folder.path)
        // This ONNX Runtime lacks the provider.
        guard known.exitCode != 69 else { return }
        #expect(known.exitCode == 0 && known.errors.contains("warning: AZURE runs ") && known.output.contains("on the CPU"))
        try workspace.folder.write(
            Data("{model: model.onnx, calibration: data.npz, output: small.onnx, provider: azure, calibration-provider: azure}".utf8),
            to: "recipe.yaml")
        let outcome = try Command.run(
            ["compress", "--recipe", "recipe.yaml", "--json", "--optimize", "size", "--threads", "1"] + options,
            in: workspace.folder.path)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let report = try JSONDecoder().decode(CompressionReport.self, from: Data(outcome.output.utf8))
        #expect(report.environment.provider == "azure" && report.environment.calibrationProvider == "azure")
        let notes = report.notes.filter { $0.hasPrefix("AZURE runs ") }
        #expect(notes.count == Set(notes).count)
        for graph in ["of 'model.onnx'", "of the result", "the graph that collects statistics of 'model.onnx'"] {
            #expect(notes.contains { $0.contains(graph) }, "\(graph): \(notes)")
        }
        #expect(outcome.errorLines.filter { $0.contains("warning: AZURE") }.count == notes.count, "\(outcome.errors)")
        #expect(outcome.errors.contains(#"calibration-provider: "azure""#) && outcome.errors.contains(#", provider: "azure""#))
        // All ran on the CPU after all.
        let bytes = try workspace.folder.read("small.onnx")
        _ = try workspace.report(options)
        #expect(try workspace.folder.read("small.onnx") == bytes)
    }
}
