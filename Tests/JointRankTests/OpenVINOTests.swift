import Foundation
import Reporting
import TestSupport
import Testing

/// With a build of ONNX Runtime that has OpenVINO's provider, which is not the one of the other tests.
@Suite(
    "OpenVINO",
    .enabled(
        if: OpenVINORuntime.place != nil,
        "JOINTRANK_OPENVINO_RUNTIME names no folder or file of a build of ONNX Runtime with OpenVINO's provider"))
struct OpenVINOTests {
    private static let providers = ["--provider", "openvino", "--calibration-provider", "openvino"]

    private let workspace: Workspace

    init() throws {
        workspace = try Workspace()
    }

    private func run(_ arguments: [String]) throws -> Command.Outcome {
        let runtime = try #require(OpenVINORuntime.place)
        return try Command.run(arguments, environment: ["JOINTRANK_ONNXRUNTIME": runtime], in: workspace.folder.path)
    }

    private func decoded<Report: Decodable>(_ type: Report.Type, _ arguments: [String]) throws -> (report: Report, errors: String) {
        let outcome = try run(arguments + ["--json"])
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return (try JSONDecoder().decode(type, from: Data(outcome.output.utf8)), outcome.errors)
    }

    /// Both compute in float32, in different orders of summation.
    @Test("A model has the losses that it has on the CPU")
    func losses() throws {
        let arguments = ["evaluate", "model.onnx", "--data", "data.npz", "--threads", "1"]
        let cpu = try decoded(EvaluationReport.self, arguments).report
        let other = try decoded(EvaluationReport.self, arguments + ["--provider", "openvino:device_type=CPU"]).report
        #expect(abs(cpu.loss - other.loss) < 1e-5)
        #expect(cpu.metrics.first?.value == other.metrics.first?.value)
        #expect(other.provider == "openvino:device_type=CPU" && cpu.provider == nil)
    }

    @Test("Settings that it does not take: exit code 64")
    func settings() throws {
        let outcome = try run(["evaluate", "model.onnx", "--data", "data.npz", "--quiet", "--provider", "openvino:nonsense=1"])
        #expect(outcome.exitCode == 64 && outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("the provider does not take its settings"))
    }

    /// Both compute in float32, in different orders of summation, and none of these ranks is near another choice.
    @Test("Gradients are those of the CPU, and ranks too", arguments: ["kfac-svd", "first-order"])
    func gradients(method: String) throws {
        let options = ["--mode", "lossless", "--keep-params", "0.6", "--method", method]
        let cpu = try decoded(CompressionReport.self, Workspace.arguments(options)).report
        let other = try decoded(CompressionReport.self, Workspace.arguments(options + OpenVINOTests.providers)).report
        for (own, others) in zip(cpu.layers, other.layers) {
            #expect(own.name == others.name && own.rank == others.rank)
            #expect(abs((own.predicted ?? 0) - (others.predicted ?? 0)) < 1e-5)
        }
        let losses = try [cpu, other].map { try #require($0.holdout).loss }
        #expect(abs(losses[0].before - losses[1].before) < 1e-5)
        // OpenVINO may compute a result wrongly, as a Gather of channels before a convolution, which must be said then.
        let isSaid = other.notes.contains { $0.hasPrefix("OpenVINO gives other values than the CPU for the result, by ") }
        #expect(isSaid || abs(losses[0].after - losses[1].after) < 1e-3, "\(losses.map(\.after))")
    }

    /// The joint method may take another way down, as it may with another number of threads: it decides among sizes that measure nearly the
    /// same.
    @Test("Compression runs on it from end to end, and what it leaves to the CPU is said once")
    func compression() throws {
        let arguments = Workspace.arguments(["--mode", "lossless", "--keep-params", "0.6"] + OpenVINOTests.providers)
        let (report, errors) = try decoded(CompressionReport.self, arguments.filter { $0 != "--quiet" })
        #expect(report.environment.provider == "openvino" && report.environment.calibrationProvider == "openvino")
        #expect(Double(report.parameters.after) <= 0.6 * Double(report.parameters.before))
        #expect(report.output == "small.onnx" && report.latencyMs != nil)
        let notes = report.notes.filter { $0.hasPrefix("OpenVINO runs ") }
        let warnings = errors.split(separator: "\n").filter { $0.contains("warning: OpenVINO runs ") }
        #expect(notes.count == Set(notes).count && warnings.count == notes.count)
    }

    @Test("Phases take the providers from the calibration")
    func phases() throws {
        let outcomes = try [
            [
                "calibrate", "model.onnx", "--calibration", "data.npz", "--threads", "1", "--optimize", "size", "--method", "kfac-svd",
                "-o", "model.calibration.safetensors",
            ] + OpenVINOTests.providers,
            ["plan", "model.calibration.safetensors", "--mode", "lossless", "--keep-params", "0.6", "-o", "a.json"],
            ["apply", "a.json", "-o", "a.onnx"],
        ].map(run)
        try #require(outcomes.allSatisfy { $0.exitCode == 0 }, "\(outcomes.map(\.errors))")
        let report = try JSONDecoder().decode(
            CompressionReport.self, from: Data(try run(["verify", "a.json", "a.onnx", "--json"]).output.utf8))
        #expect(report.environment.provider == "openvino" && report.latencyMs != nil)
    }
}

/// The build of ONNX Runtime that these tests take, and no others.
private enum OpenVINORuntime {
    static let place = ProcessInfo.processInfo.environment["JOINTRANK_OPENVINO_RUNTIME"].flatMap { $0.isEmpty ? nil : $0 }
}
