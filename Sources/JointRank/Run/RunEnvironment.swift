internal import Foundation
internal import OnnxRuntimeEngine
internal import Reporting

extension CompressionReport.Environment {
    /// Where this process runs.
    ///
    /// - Throws: `EngineError` where there is no runtime.
    static func current(_ options: CompressionOptions) throws -> Self {
        var environment = Self(
            onnxRuntime: try Runtime.shared().version, processor: processorName,
            logicalProcessors: ProcessInfo.processInfo.processorCount,
            operatingSystem: ProcessInfo.processInfo.operatingSystemVersionString)
        if options.provider != .cpu { environment.provider = options.provider.description }
        if options.calibrationProvider != .cpu { environment.calibrationProvider = options.calibrationProvider.description }
        return environment
    }

    /// Linux lists its processors in a file, on x86 with their names.
    private static var processorName: String? {
        guard let list = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
            let line = list.split(separator: "\n").first(where: { $0.hasPrefix("model name") }),
            let separator = line.firstIndex(of: ":")
        else { return nil }
        return line[line.index(after: separator)...].trimmingCharacters(in: .whitespaces)
    }
}
