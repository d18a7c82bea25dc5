import Foundation
import ONNXModel
import Reporting
import Synchronization
import TestSupport
import Testing

/// A folder with a model and its samples, where the command runs.
struct Workspace {
    let folder: TemporaryFolder

    /// - Parameters:
    ///   - model: goes to `model.onnx`.
    ///   - teacher: labels the samples in `data.npz`.
    init(_ model: Model, labelledBy teacher: Model, samples: Int = 240) throws {
        try self.init(model, samples: Samples(count: samples, labelledBy: teacher))
    }

    init(_ model: Model, samples: Samples) throws {
        folder = try TemporaryFolder()
        try folder.write(model.serialized(), to: "model.onnx")
        try samples.write(to: folder.path("data.npz"))
    }

    /// The convolutional network.
    init(samples: Int = 240) throws {
        folder = try TemporaryFolder()
        for (name, bytes) in try Workspace.convolutionalFiles(samples: samples) { try folder.write(bytes, to: name) }
    }

    /// By number of samples: the files of the convolutional network, which most tests begin with and which are made once.
    private static let convolutional = Mutex<[Int: [String: Data]]>([:])

    private static func convolutionalFiles(samples: Int) throws -> [String: Data] {
        try convolutional.withLock { known in
            if let files = known[samples] { return files }
            let made = try Workspace(Networks.convolutional(), labelledBy: Networks.convolutional(noise: 0), samples: samples)
            let files = try made.folder.contents()
            known[samples] = files
            return files
        }
    }

    /// The arguments that make `small.onnx` of `model.onnx` and `data.npz`, without progress; later options override earlier ones.
    static func arguments(_ options: [String] = []) -> [String] {
        let defaults = ["--calibration": "data.npz", "--mode": "compact", "--optimize": "size", "--threads": "1", "-o": "small.onnx"]
        let missing = defaults.filter { !options.contains($0.key) }.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
        return ["compress", "model.onnx", "--quiet"] + missing + options
    }

    /// Runs `compress`.
    func compress(_ options: String...) throws -> Command.Outcome {
        try Command.run(Workspace.arguments(options), in: folder.path)
    }

    /// The report of a run of `compress` that must end with an exit code.
    func report(_ options: String..., exitCode: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws -> CompressionReport {
        try report(options, exitCode: exitCode, sourceLocation: sourceLocation)
    }

    func report(_ options: [String], exitCode: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws -> CompressionReport {
        let outcome = try Command.run(Workspace.arguments(options + ["--json"]), in: folder.path)
        #expect(outcome.errors == "", sourceLocation: sourceLocation)
        try #require(outcome.exitCode == exitCode, "\(outcome.output)", sourceLocation: sourceLocation)
        return try JSONDecoder().decode(CompressionReport.self, from: Data(outcome.output.utf8))
    }

    /// Runs a command that must fail: with the exit code and a message of one line, and without a trace in the folder.
    func expectFailure(
        _ arguments: [String], exitCode: Int32, _ message: String, environment: [String: String] = [:], asOrdinaryUser: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try folder.contents()
        let outcome = try Command.run(arguments, environment: environment, in: folder.path, asOrdinaryUser: asOrdinaryUser)
        let comment = Comment(rawValue: "\(arguments): \(outcome.errors)")
        #expect(outcome.exitCode == exitCode && !outcome.wasKilled, comment, sourceLocation: sourceLocation)
        #expect(outcome.output == "", comment, sourceLocation: sourceLocation)
        #expect(outcome.errorLines.count == 1 && outcome.errors.hasPrefix("jointrank: "), comment, sourceLocation: sourceLocation)
        #expect(outcome.errors.contains(message), comment, sourceLocation: sourceLocation)
        // What a killed run has left may be gone.
        let after = try folder.contents()
        let lasting = before.filter { !$0.key.hasPrefix(".jointrank-staged-") }
        #expect(after == before || after == lasting, comment, sourceLocation: sourceLocation)
    }

    /// As ``expectFailure(_:exitCode:_:sourceLocation:)``, for `compress` with these options.
    func expectFailure(
        compressing options: String..., exitCode: Int32, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try expectFailure(Workspace.arguments(options), exitCode: exitCode, message, sourceLocation: sourceLocation)
    }
}
