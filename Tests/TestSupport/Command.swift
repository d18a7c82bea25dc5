package import Foundation

/// Runs the `jointrank` executable that is built along with the tests.
package enum Command {
    /// What a finished run left.
    package struct Outcome {
        package let exitCode: Int32
        /// Whether it crashed.
        package let wasKilled: Bool
        package let output: String
        package let errors: String

        /// The lines on standard error.
        package var errorLines: [Substring] { errors.split(separator: "\n") }
    }

    /// The folder of the build's products, where the tests run from.
    package static let executable: URL = {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
        let folder = bundle?.bundleURL.deletingLastPathComponent() ?? Bundle.main.bundleURL
        return folder.appending(path: "jointrank")
    }()

    package static func run(
        _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil, within limits: Limits? = nil,
        asOrdinaryUser: Bool = false
    ) throws -> Outcome {
        var (program, arguments) = limits?.around(executable, arguments) ?? (executable, arguments)
        if asOrdinaryUser { (program, arguments) = OrdinaryUser.around(program, arguments) }
        return try Running(program, arguments, environment: environment, folder: folder).finish()
    }

    package static func start(_ arguments: [String], environment: [String: String] = [:], in folder: String? = nil) throws -> Running {
        try Running(executable, arguments, environment: environment, folder: folder)
    }

    /// What a run may take before it is ended, by a signal.
    package struct Limits: Sendable {
        let memory: Int
        let seconds: Int

        /// - Parameters:
        ///   - memory: bytes of address space; libraries take some hundred MiB of it before anything is done.
        ///   - seconds: of the clock.
        package init(memory: Int, seconds: Int) {
            self.memory = memory
            self.seconds = seconds
        }

        package func around(_ program: URL, _ arguments: [String]) -> (program: URL, arguments: [String]) {
            let script = "ulimit -c 0; ulimit -v \(memory >> 10); exec timeout --signal=KILL \(seconds) \"$0\" \"$@\""
            return (URL(filePath: "/bin/bash"), ["-c", script, program.path] + arguments)
        }
    }

    /// A run that goes on.
    package struct Running {
        package let process = Process()
        private let streams: TemporaryFolder

        package init(_ program: URL, _ arguments: [String], environment: [String: String] = [:], folder: String? = nil) throws {
            // Files, because a pipe that nobody reads stops the process.
            streams = try TemporaryFolder()
            process.executableURL = program
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

        package func finish() throws -> Outcome {
            process.waitUntilExit()
            return Outcome(
                exitCode: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
                output: String(decoding: try streams.read("output"), as: UTF8.self),
                errors: String(decoding: try streams.read("errors"), as: UTF8.self))
        }
    }
}
