import Foundation
import TestSupport

/// Runs the `jointrank` executable that is built along with the tests.
enum Command {
    /// What a finished run left.
    struct Outcome {
        let exitCode: Int32
        /// Whether it crashed.
        let wasKilled: Bool
        let output: String
        let errors: String

        /// The lines on standard error.
        var errorLines: [Substring] { errors.split(separator: "\n") }
    }

    /// The folder of the build's products, where the tests run from.
    static let executable: URL = {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
        let folder = bundle?.bundleURL.deletingLastPathComponent() ?? Bundle.main.bundleURL
        return folder.appending(path: "jointrank")
    }()

    static func run(_ arguments: [String], environment: [String: String] = [:], in folder: String? = nil) throws -> Outcome {
        let running = try start(arguments, environment: environment, in: folder)
        return try running.finish()
    }

    static func start(_ arguments: [String], environment: [String: String] = [:], in folder: String? = nil) throws -> Running {
        try Running(arguments, environment: environment, folder: folder)
    }

    /// A run that goes on.
    struct Running {
        let process = Process()
        private let streams: TemporaryFolder

        fileprivate init(_ arguments: [String], environment: [String: String], folder: String?) throws {
            // Files, because a pipe that nobody reads stops the process.
            streams = try TemporaryFolder()
            process.executableURL = Command.executable
            process.arguments = arguments
            // Tests neither read nor leave measured times in the user's folder.
            process.environment = ProcessInfo.processInfo.environment.merging(["JOINTRANK_CACHE": streams.path]) { $1 }
                .merging(environment) { $1 }
            if let folder { process.currentDirectoryURL = URL(filePath: folder) }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try stream("output")
            process.standardError = try stream("errors")
            try process.run()
        }

        private func stream(_ name: String) throws -> FileHandle {
            try streams.write(Data(), to: name)
            return try FileHandle(forWritingTo: URL(filePath: streams.path(name)))
        }

        func finish() throws -> Outcome {
            process.waitUntilExit()
            return Outcome(
                exitCode: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
                output: String(decoding: try streams.read("output"), as: UTF8.self),
                errors: String(decoding: try streams.read("errors"), as: UTF8.self))
        }
    }
}
