import Foundation
import Reporting
import TestSupport
import Testing

@Suite("Resume a frontier")
struct FrontierResumeTests {
    private func killed(_ arguments: [String], when isTime: (Workspace) -> Bool) throws -> Workspace {
        let workspace = try Workspace(samples: 2000)
        try workspace.kill(arguments, when: isTime)
        return workspace
    }

    private static func arguments(_ options: [String]) -> [String] {
        ["frontier", "model.onnx", "--calibration", "data.npz", "--optimize", "size", "--shares", "0.8,0.6,0.4", "--threads", "1"] + options
    }

    /// A frontier without what differs from run to run.
    private func settled(_ output: String) throws -> FrontierReport {
        var report = try JSONDecoder().decode(FrontierReport.self, from: Data(output.utf8))
        report.seconds = .init(calibrate: 0, plan: 0, verify: 0, total: 0)
        (report.peakMemoryMiB, report.original.latencyMs) = (0, nil)
        for index in report.points.indices { report.points[index].latencyMs = nil }
        return report
    }

    @Test("A frontier that was killed goes on, to the same points and models", arguments: ["joint", "zs-svd"], [false, true])
    func frontier(method: String, hasPoint: Bool) throws {
        let options = ["--method", method, "--models", ".", "--json"]
        let workspace = try killed(FrontierResumeTests.arguments(options)) { workspace in
            let entries = workspace.entries("model.frontier.work")
            return hasPoint ? entries.contains { $0.hasPrefix("point-") } : entries.count >= 2
        }
        let resumed = try Command.run(FrontierResumeTests.arguments(options), in: workspace.folder.path)
        #expect(resumed.exitCode == 0)
        #expect(resumed.errors.contains("going on from the work in 'model.frontier.work'"))
        let files = try workspace.folder.contents()
        let whole = try Command.run(FrontierResumeTests.arguments(options), in: workspace.folder.path)
        #expect(try settled(resumed.output) == settled(whole.output))
        // What is finished is not done again.
        let beginnings = [resumed, whole].map { $0.errors.contains(/collecting gates, stage 1\b/) }
        #expect(beginnings[1] && !(hasPoint && beginnings[0]))
        #expect(try settled(whole.output).points.count >= 2)
        #expect(try workspace.folder.contents() == files && files.keys.allSatisfy { !$0.contains("work") })
    }

    @Test("A model on probation that a kill leaves beside those that stay, or beside an output apart from its work, is cleared away")
    func probation() throws {
        func hidden(_ workspace: Workspace, in folder: String) -> [String] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: workspace.folder.path(folder))) ?? []
            // An empty one only shows whether the folder can be written to.
            return names.filter { name in
                name.hasPrefix(".") && FileManager.default.subpaths(atPath: workspace.folder.path("\(folder)/\(name)"))?.isEmpty == false
            }
        }
        let apart = Workspace.arguments(["--mode", "lossless", "--keep-params", "0.5", "--work", "models/work"])
        for (arguments, folder) in [(FrontierResumeTests.arguments(["--method", "svd", "--models", "models"]), "models"), (apart, ".")] {
            let workspace = try Workspace(samples: 2000)
            try FileManager.default.createDirectory(atPath: workspace.folder.path("models"), withIntermediateDirectories: false)
            try workspace.kill(arguments) { !hidden($0, in: folder).isEmpty }
            #expect(hidden(workspace, in: folder).count == 1)
            #expect(try Command.run(arguments, in: workspace.folder.path).exitCode == 0)
            #expect(hidden(workspace, in: folder).isEmpty)
        }
    }

    @Test("A frontier's work is kept beside what is asked for, and a model that is gone is made again")
    func frontierFolders() throws {
        let options = ["--method", "svd", "--models", ".", "--report", "frontier.json"]
        let workspace = try killed(FrontierResumeTests.arguments(options)) {
            $0.entries("frontier.json.work").contains { $0.hasPrefix("point-") }
        }
        try workspace.expectFailure(
            FrontierResumeTests.arguments(options + ["--shares", "0.5", "--quiet"]), exitCode: 64,
            "'frontier.json.work' holds the work of another run (--shares was [0.8,0.6,0.4] and is [0.5]); --restart throws it away")
        for name in try workspace.folder.contents().keys where name.contains("_kept-") && !name.hasPrefix(".") {
            try FileManager.default.removeItem(atPath: workspace.folder.path(name))
        }
        #expect(try Command.run(FrontierResumeTests.arguments(options), in: workspace.folder.path).exitCode == 0)
        let report = try JSONDecoder().decode(FrontierReport.self, from: workspace.folder.read("frontier.json"))
        #expect(report.points.count == 3)
        for point in report.points { #expect(try !workspace.folder.read(#require(point.name)).isEmpty) }
    }
}
