import Foundation
import Reporting
import Testing

@Suite("Reports as JSON")
struct DocumentTests {
    @Test("Every document reads back as it was")
    func roundTrip() throws {
        func roundTripped<Document: Codable>(_ document: Document) throws -> Document {
            try JSONDecoder().decode(Document.self, from: Data(document.jsonText().utf8))
        }
        #expect(try roundTripped(SampleReports.compression) == SampleReports.compression)
        #expect(try roundTripped(SampleReports.inspection) == SampleReports.inspection)
        #expect(try roundTripped(SampleReports.evaluation) == SampleReports.evaluation)
        #expect(try roundTripped(SampleReports.sensitivity) == SampleReports.sensitivity)
        #expect(try roundTripped(SampleReports.frontier) == SampleReports.frontier)
    }

    @Test("Equal documents are equal bytes, with sorted keys and plain slashes")
    func text() throws {
        var report = SampleReports.evaluation
        report.model = "models/small.onnx"
        report.against = nil
        report.metrics = []
        report.notes = []
        #expect(
            try report.jsonText() == """
                {
                  "data" : "test.npz",
                  "loss" : 0.4875,
                  "lossStandardError" : 0.02,
                  "metrics" : [

                  ],
                  "model" : "models/small.onnx",
                  "notes" : [

                  ],
                  "samples" : 100,
                  "schema" : "jointrank.evaluation/2"
                }
                """)
    }

    /// The contract with other programs: key paths, with `[]` for the elements of a list.
    @Test("The compression report has the documented keys")
    func compressionKeys() throws {
        #expect(
            try keyPaths(SampleReports.compression) == [
                "bytes.after", "bytes.before", "certified[]", "command[]", "environment.logicalProcessors", "environment.onnxRuntime",
                "environment.operatingSystem", "environment.processor", "foldedTemperature.layer", "foldedTemperature.samples",
                "foldedTemperature.temperature", "holdout.accuracy.after", "holdout.accuracy.before",
                "holdout.accuracy.difference", "holdout.accuracy.fallUpperBound95", "holdout.accuracy.name",
                "holdout.accuracy.standardError", "holdout.calibrated.after", "holdout.calibrated.before",
                "holdout.calibrated.difference", "holdout.calibrated.standardError", "holdout.calibrated.temperatures.after",
                "holdout.calibrated.temperatures.before", "holdout.calibrated.upperBound95", "holdout.disagreement",
                "holdout.furtherMetrics[].after", "holdout.furtherMetrics[].before",
                "holdout.furtherMetrics[].isShare", "holdout.furtherMetrics[].name", "holdout.loss.after", "holdout.loss.before",
                "holdout.loss.difference", "holdout.loss.samplesNeeded",
                "holdout.loss.standardError", "holdout.loss.upperBound95", "holdout.metric.after", "holdout.metric.before",
                "holdout.metric.isShare", "holdout.metric.name", "holdout.samples", "holdout.source", "latencyMs.after", "latencyMs.batch",
                "latencyMs.before", "latencyMs.clock", "latencyMs.ratio", "latencyMs.standardError", "latencyMs.threads",
                "layers[].effectiveRank", "layers[].form",
                "layers[].fullRank", "layers[].latencyMs.after", "layers[].latencyMs.before", "layers[].measured.difference",
                "layers[].measured.samples", "layers[].measured.standardError", "layers[].name", "layers[].op",
                "layers[].parameters.after", "layers[].parameters.before", "layers[].predicted", "layers[].rank", "layers[].reason",
                "layers[].shape[]", "layers[].spectrum.components[]", "layers[].spectrum.values[]", "macs.after", "macs.before",
                "maximumDrop.isDefault", "maximumDrop.metric", "maximumDrop.value", "method", "metricCommand.after", "metricCommand.before",
                "metricCommand.command[]", "metricCommand.direction",
                "metricCommand.tolerance", "mode", "model", "notes[]", "optimize", "output", "parameters.after", "parameters.before",
                "peakMemoryMiB", "retry.command[]", "retry.keptShare", "retry.limits.maximumDrop", "retry.limits.tolerance", "retry.work",
                "samples.certify", "samples.fit", "samples.select", "schema", "seconds.calibrate", "seconds.plan", "seconds.total",
                "seconds.verify", "seed", "threads", "tolerance", "verdict", "version", "walk.chosen", "walk.learnedFromSelect",
                "walk.measuredCandidates",
                "walk.points[].calibrated.difference", "walk.points[].calibrated.standardError",
                "walk.points[].expected.accuracy.difference", "walk.points[].expected.accuracy.fallUpperBound95",
                "walk.points[].expected.accuracy.name", "walk.points[].expected.accuracy.standardError",
                "walk.points[].expected.lossUpperBound95",
                "walk.points[].expected.passesWith.maximumDrop", "walk.points[].expected.passesWith.tolerance",
                "walk.points[].isSmallEnough", "walk.points[].keptShare", "walk.points[].loss.difference",
                "walk.points[].loss.standardError", "walk.points[].parameters",
                "walk.points[].step.measured", "walk.points[].step.predicted", "walk.points[].step.standardError",
            ])
        #expect(SampleReports.compression.schema == "jointrank.report/2")
    }

    @Test("The inspection report has the documented keys")
    func inspectionKeys() throws {
        #expect(
            try keyPaths(SampleReports.inspection) == [
                "bytes", "inputs[].name", "inputs[].shape[]", "inputs[].type", "layers[].fullRank", "layers[].groups",
                "layers[].largestSavingRank", "layers[].macs", "layers[].name", "layers[].op", "layers[].parameters", "layers[].reason",
                "layers[].shape[]", "layers[].treatable", "macs", "model", "operatorsWithoutGradient[].name",
                "operatorsWithoutGradient[].nodes", "opset", "outputs[].name", "outputs[].shape[]", "outputs[].type", "parameters",
                "schema",
            ])
        #expect(SampleReports.inspection.schema == "jointrank.inspection/1")
    }

    @Test("The sensitivity report has the documented keys")
    func sensitivityKeys() throws {
        #expect(
            try keyPaths(SampleReports.sensitivity) == [
                "fitSamples", "inRange.correlation", "inRange.errorInStandardErrors", "inRange.points", "inRange.rootMeanSquareError",
                "model", "outOfRange.errorInStandardErrors", "outOfRange.points", "outOfRange.rootMeanSquareError",
                "points[].accuracy.after",
                "points[].accuracy.before", "points[].accuracy.difference", "points[].accuracy.fallUpperBound95", "points[].accuracy.name",
                "points[].accuracy.standardError", "points[].calibrated.after", "points[].calibrated.before",
                "points[].calibrated.difference", "points[].calibrated.standardError", "points[].calibrated.temperatures.after",
                "points[].calibrated.temperatures.before", "points[].calibrated.upperBound95", "points[].disagreement",
                "points[].firstOrder", "points[].fullRank", "points[].isInRange", "points[].layer", "points[].measured",
                "points[].quadratic", "points[].rank",
                "points[].standardError", "schema", "selectSamples", "smallCurvature.errorInStandardErrors", "smallCurvature.points",
                "smallCurvature.rootMeanSquareError",
            ])
        #expect(SampleReports.sensitivity.schema == "jointrank.sensitivity/2")
    }

    @Test("The frontier report has the documented keys")
    func frontierKeys() throws {
        #expect(
            try keyPaths(SampleReports.frontier) == [
                "method", "model", "notes[]", "optimize", "original.bytes", "original.latencyMs", "original.macs", "original.parameters",
                "peakMemoryMiB", "points[].accuracy.after", "points[].accuracy.before", "points[].accuracy.difference",
                "points[].accuracy.fallUpperBound95", "points[].accuracy.name", "points[].accuracy.standardError",
                "points[].calibrated.after", "points[].calibrated.before", "points[].calibrated.difference",
                "points[].calibrated.standardError", "points[].calibrated.temperatures.after",
                "points[].calibrated.temperatures.before", "points[].calibrated.upperBound95", "points[].disagreement",
                "points[].keptShare", "points[].latencyMs.after", "points[].latencyMs.batch", "points[].latencyMs.before",
                "points[].latencyMs.clock", "points[].latencyMs.ratio", "points[].latencyMs.standardError", "points[].latencyMs.threads",
                "points[].loss.certify.after", "points[].loss.certify.before", "points[].loss.certify.difference",
                "points[].loss.certify.samples", "points[].loss.certify.standardError", "points[].loss.certify.upperBound95",
                "points[].loss.select.difference", "points[].loss.select.standardError", "points[].macs", "points[].metric.after",
                "points[].metric.before", "points[].metric.isShare", "points[].metric.name", "points[].name", "points[].parameters",
                "points[].predicted",
                "points[].verdict", "samples.certify", "samples.fit", "samples.select", "schema", "seconds.calibrate", "seconds.plan",
                "seconds.total", "seconds.verify", "seed", "smallestLossless", "threads", "version",
            ])
        #expect(SampleReports.frontier.schema == "jointrank.frontier/1")
    }

    @Test("What does not apply is absent")
    func absentKeys() throws {
        var report = SampleReports.compression
        report.output = nil
        report.holdout = nil
        report.macs = nil
        report.latencyMs = nil
        let keys = try keyPaths(report)
        #expect(!keys.contains { $0.hasPrefix("output") || $0.hasPrefix("holdout") || $0.hasPrefix("macs") || $0.hasPrefix("latencyMs") })
    }

    /// Every path to a value in the document's JSON, sorted.
    private func keyPaths(_ document: some Encodable) throws -> [String] {
        func paths(_ value: Any, _ path: String) -> [String] {
            switch value {
            case let object as [String: Any]: object.flatMap { paths($1, path.isEmpty ? $0 : "\(path).\($0)") }
            case let list as [Any]: list.flatMap { paths($0, path + "[]") }
            default: [path]
            }
        }
        let object = try JSONSerialization.jsonObject(with: Data(document.jsonText().utf8))
        return Set(paths(object, "")).sorted()
    }
}
