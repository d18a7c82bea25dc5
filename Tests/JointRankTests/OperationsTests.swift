import Foundation
import Reporting
import TestSupport
import Testing

@Suite("compress --optimize macs")
struct OperationsTests {
    @Test("keeps the share of multiply-accumulates that a frontier asks for, in plain factors of whole vectors, and times no layer")
    func frontier() throws {
        let workspace = try Workspace()
        let cache = try MeasuredTimes()
        let arguments = [
            "frontier", "model.onnx", "--calibration", "data.npz", "--optimize", "macs", "--shares", "0.8,0.6", "--threads", "1", "--quiet",
            "--json",
        ]
        let outcome = try Command.run(arguments, environment: cache.environment, in: workspace.folder.path)
        #expect(outcome.exitCode == 0 && outcome.errors == "")
        let report = try JSONDecoder().decode(FrontierReport.self, from: Data(outcome.output.utf8))
        let total = Double(try #require(report.original.macs))
        #expect(report.points.count == 2)
        for (point, share) in zip(report.points, [0.8, 0.6]) {
            let kept = Double(try #require(point.macs)) / total
            #expect(kept <= share && kept > share - 0.1)
        }
        #expect(try cache.folder.contents().isEmpty)
    }

    @Test("writes what saves operations, and says of other layers why they stay")
    func report() throws {
        let workspace = try Workspace()
        let report = try workspace.report("--optimize", "macs", "--mode", "lossless", "--tolerance", "10")
        let macs = try #require(report.macs)
        #expect(report.optimize == "macs" && macs.after < macs.before)
        let changed = report.layers.filter { $0.form != "dense" }
        #expect(!changed.isEmpty && changed.allSatisfy { ["factors", "spatial", "tucker2"].contains($0.form) && $0.latencyMs == nil })
    }
}
