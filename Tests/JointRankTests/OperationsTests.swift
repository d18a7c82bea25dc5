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

    @Test("--keep-macs and --keep-params are both kept, whatever is optimized", arguments: ["size", "macs"])
    func targets(optimize: String) throws {
        let workspace = try Workspace()
        let report = try workspace.report(
            "--optimize", optimize, "--mode", "lossless", "--keep-macs", "0.7", "--keep-params", "0.75")
        let macs = try #require(report.macs)
        let shares = [Double(macs.after) / Double(macs.before), Double(report.parameters.after) / Double(report.parameters.before)]
        #expect(shares[0] <= 0.7 && shares[1] <= 0.75)
        // One of them is what ended the walk, within a step.
        #expect(shares[0] > 0.6 || shares[1] > 0.65, "\(shares)")
        #expect(report.walk.points.last?.isSmallEnough == true && report.walk.points.first?.isSmallEnough == false)
    }

    @Test("--keep-macs that cannot be reached is refused", arguments: [["--optimize", "size"], ["--optimize", "macs"]])
    func unreachable(options: [String]) throws {
        let workspace = try Workspace()
        let report = try workspace.report(options + ["--mode", "lossless", "--keep-macs", "0.01"], exitCode: 3)
        #expect(report.output == nil && report.notes.contains { $0.contains("--keep-macs 0.01 cannot be reached") })
    }
}
