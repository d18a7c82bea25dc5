import Reporting
import TestSupport
import Testing

@Suite("Same input, same bytes")
struct DeterminismTests {
    @Test("The same seed gives the same file and the same report, times apart", arguments: ["1", "2"])
    func sameSeed(threads: String) throws {
        let workspace = try Workspace()
        func run() throws -> (CompressionReport, [UInt8]) {
            var report = try workspace.report("--mode", "lossless", "--keep-params", "0.7", "--threads", threads, "--seed", "5")
            report.seconds = .init(calibrate: 0, plan: 0, verify: 0, total: 0)
            report.latencyMs = nil
            report.peakMemoryMiB = 0
            return (report, try Array(workspace.folder.read("small.onnx")))
        }
        let (first, second) = try (run(), run())
        #expect(first.0 == second.0)
        #expect(first.1 == second.1)
    }

    @Test("Every method gives the same file twice", arguments: ConformanceTests.methods)
    func methods(method: String) throws {
        let workspace = try Workspace()
        for output in ["first.onnx", "second.onnx"] {
            _ = try workspace.report("--mode", "lossless", "--keep-params", "0.6", "--method", method, "-o", output)
        }
        #expect(try workspace.folder.read("first.onnx") == workspace.folder.read("second.onnx"))
    }

    @Test("Another number of threads gives the same plan by every method: ranks and forms", arguments: ConformanceTests.methods)
    func threads(method: String) throws {
        let workspace = try Workspace()
        let reports = try ["1", "2"].map { threads in
            try workspace.report("--mode", "lossless", "--keep-params", "0.6", "--method", method, "--threads", threads)
        }
        #expect(reports[0].layers.map(\.rank) == reports[1].layers.map(\.rank))
        #expect(reports[0].layers.map(\.form) == reports[1].layers.map(\.form))
    }

    @Test("Another seed splits the samples in another way")
    func otherSeed() throws {
        let workspace = try Workspace()
        let reports = try ["1", "2"].map { try workspace.report("--force-rank", "*=2", "--seed", $0) }
        #expect(reports[0].holdout?.loss.before != reports[1].holdout?.loss.before)
    }
}
