import Foundation
import Reporting
import TestSupport
import Testing

@Suite("Stages as commands")
struct PhaseTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace()
    }

    private func run(_ arguments: String..., exitCode: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let outcome = try Command.run(arguments + (arguments[0] == "apply" ? [] : ["--quiet"]), in: workspace.folder.path)
        #expect(outcome.exitCode == exitCode, "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.errors == "", sourceLocation: sourceLocation)
        return outcome.output
    }

    private func calibrate(_ options: String...) throws {
        let outcome = try Command.run(
            ["calibrate", "model.onnx", "--calibration", "data.npz", "--optimize", "size", "--threads", "1", "--quiet"] + options,
            in: workspace.folder.path)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
    }

    private func plan(_ change: (inout [String: Any]) throws -> Void) throws {
        let text = try workspace.folder.read("model.plan.json")
        var object = try #require(JSONSerialization.jsonObject(with: text) as? [String: Any])
        try change(&object)
        try workspace.folder.write(JSONSerialization.data(withJSONObject: object), to: "model.plan.json")
    }

    @Test("One after the other they write what compress writes, to the last bit", arguments: ["joint", "svd", "kfac-svd", "first-order"])
    func sameBytes(method: String) throws {
        try calibrate("--method", method, "--keep-params", "0.6")
        _ = try run("plan", "model.calibration.safetensors", "--mode", "lossless", "--keep-params", "0.6")
        #expect(try run("apply", "model.plan.json").contains("written: model_lowrank.onnx; nothing was judged"))
        let whole = try workspace.report("--mode", "lossless", "--keep-params", "0.6", "--method", method)
        #expect(try workspace.folder.read("model_lowrank.onnx") == workspace.folder.read("small.onnx"))

        let verified = try JSONDecoder().decode(
            CompressionReport.self, from: Data(run("verify", "model.plan.json", "model_lowrank.onnx", "--json").utf8))
        #expect(verified.holdout == whole.holdout)
        #expect(verified.verdict == whole.verdict)
        #expect(verified.layers == whole.layers)
        #expect(verified.walk == whole.walk)
        #expect(verified.parameters == whole.parameters)
        #expect(verified.notes == whole.notes)
    }

    @Test("One calibration serves several plans")
    func severalPlans() throws {
        try calibrate()
        for share in ["0.7", "0.5"] {
            let output = try run(
                "plan", "model.calibration.safetensors", "--mode", "lossless", "--keep-params", share, "-o", "\(share).json", "--json")
            let planned = try JSONDecoder().decode(PlanSummary.self, from: Data(output.utf8))
            let applied = try JSONDecoder().decode(
                ApplySummary.self, from: Data(run("apply", "\(share).json", "-o", "\(share).onnx", "--json").utf8))
            let (expected, limit) = (try #require(planned.expected), try #require(Double(share)))
            #expect(expected.keptShare <= limit)
            #expect(Int((expected.keptShare * Double(applied.parameters.before)).rounded()) == applied.parameters.after)
        }
    }

    @Test("A rank that was lowered by hand is applied, and a layer that was taken out stays dense")
    func edited() throws {
        try calibrate()
        _ = try run("plan", "model.calibration.safetensors", "--mode", "lossless", "--keep-params", "0.6")
        var names: [String] = []
        try plan { plan in
            var layers = try #require(plan["layers"] as? [[String: Any]])
            names = layers.compactMap { $0["name"] as? String }
            try #require(layers.count >= 2)
            layers[0]["rank"] = 1
            layers.removeLast()
            plan["layers"] = layers
        }
        _ = try run("apply", "model.plan.json", "-o", "edited.onnx")
        let output = try Command.run(["verify", "model.plan.json", "edited.onnx", "--json", "--quiet"], in: workspace.folder.path).output
        let report = try JSONDecoder().decode(CompressionReport.self, from: Data(output.utf8))
        let first = try #require(report.layers.first { $0.name == names.first })
        #expect(first.rank == 1 && first.reason == "rank edited in the plan")
        let last = try #require(report.layers.first { $0.name == names.last })
        #expect(last.form == "dense" && last.reason == "dense: taken out of the plan" && last.parameters.after == last.parameters.before)
        let stated = report.layers.reduce(0) { $0 + $1.parameters.before - $1.parameters.after }
        #expect(report.parameters.before - report.parameters.after == stated)
    }

    @Test("Ranks that are not possible, and layers that the plan does not know, are errors")
    func impossibleEdits() throws {
        try calibrate()
        _ = try run("plan", "model.calibration.safetensors", "--mode", "lossless", "--keep-params", "0.6")
        let original = try workspace.folder.read("model.plan.json")
        func expect(_ message: String, _ change: (inout [[String: Any]]) -> Void) throws {
            try workspace.folder.write(original, to: "model.plan.json")
            try plan { plan in
                var layers = try #require(plan["layers"] as? [[String: Any]])
                change(&layers)
                plan["layers"] = layers
            }
            try workspace.expectFailure(["apply", "model.plan.json"], exitCode: 65, message)
        }
        try expect("components, and 1 to") { $0[0]["rank"] = 9999 }
        try expect("rank 0 of layer") { $0[0]["rank"] = 0 }
        try expect("the plan has no factors of layer 'nobody'") { $0[0]["name"] = "nobody" }
        try expect("names a layer twice") { $0.append($0[0]) }
        try expect("has no form 'round'") { $0[0]["form"] = "round" }
        try expect("layers.[0].rank has the wrong type") { $0[0]["rank"] = "two" }
        try workspace.folder.write(Data("{}".utf8), to: "model.plan.json")
        try workspace.expectFailure(["apply", "model.plan.json"], exitCode: 65, "'model.plan.json' is not a plan: ")
    }

    @Test("What no longer is what it was is refused, by name")
    func changes() throws {
        try calibrate()
        _ = try run("plan", "model.calibration.safetensors", "--mode", "lossless", "--keep-params", "0.6")
        _ = try run("apply", "model.plan.json")
        let (model, data) = (try workspace.folder.read("model.onnx"), try workspace.folder.read("data.npz"))
        let planning = ["plan", "model.calibration.safetensors", "--mode", "compact", "--quiet"]

        try workspace.folder.write(model + Data([0x32, 0]), to: "model.onnx")
        try workspace.expectFailure(planning, exitCode: 65, "(the model is another one); make it again")
        try workspace.expectFailure(["apply", "model.plan.json"], exitCode: 65, "(the model is another one); plan again")
        try workspace.folder.write(model, to: "model.onnx")

        try Samples(count: 250, labelledBy: Networks.convolutional(noise: 0)).write(to: workspace.folder.path("data.npz"))
        try workspace.expectFailure(planning, exitCode: 65, "(the calibration data is another one)")
        try workspace.expectFailure(
            ["verify", "model.plan.json", "model_lowrank.onnx", "--quiet"], exitCode: 65, "(the calibration data is another one)")
        try workspace.folder.write(data, to: "data.npz")

        let factors = try workspace.folder.read("model.plan.safetensors")
        try workspace.folder.write(factors.dropLast() + [factors[factors.count - 1] ^ 1], to: "model.plan.safetensors")
        try workspace.expectFailure(
            ["apply", "model.plan.json"], exitCode: 65, "'model.plan.safetensors' is not the file that 'model.plan.json' was written with")
    }

    @Test("A calibration that is none is an error")
    func noCalibration() throws {
        try workspace.expectFailure(
            ["plan", "data.npz", "--mode", "compact", "--quiet"], exitCode: 65, "'data.npz' is not as it was written")
        try workspace.expectFailure(["plan", "none", "--mode", "compact", "--quiet"], exitCode: 66, "'none': no such file")
        try workspace.expectFailure(["apply", "none"], exitCode: 66, "'none' does not exist")
    }

    @Test("Neither a calibration nor a plan takes the place of a file that the run reads")
    func reserved() throws {
        let calibrating = ["calibrate", "model.onnx", "--calibration", "data.npz", "--optimize", "size", "--quiet"]
        try workspace.expectFailure(calibrating + ["-o", "data.npz"], exitCode: 73, "which this run uses already")
        try calibrate()
        try workspace.expectFailure(
            ["plan", "model.calibration.safetensors", "--mode", "compact", "--quiet", "-o", "model.calibration.json"], exitCode: 73,
            "which this run uses already")
    }

    @Test("Where nothing acceptable is found, nothing is written")
    func nothing() throws {
        try calibrate()
        let before = try workspace.folder.contents()
        let output = try run(
            "plan", "model.calibration.safetensors", "--mode", "lossless", "--keep-params", "0.0001", exitCode: 3)
        #expect(output.contains("nothing was written: --keep-params 0.0001 cannot be reached"))
        #expect(try workspace.folder.contents() == before)
    }
}
