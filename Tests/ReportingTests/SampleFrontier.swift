import Reporting

extension SampleReports {
    /// A bare point, and two that are certified, the second of which is the smallest lossless one.
    static let frontier = FrontierReport(
        version: "1.2.3", model: "model.onnx", method: "joint", optimize: "size",
        original: .init(parameters: 12_000, macs: 2_000_000, bytes: 48_640, latencyMs: 12.5),
        samples: .init(fit: 200, select: 100, certify: 80),
        points: [
            .init(
                name: "model-75.onnx", parameters: 9000, keptShare: 0.75, macs: 1_500_000, latencyMs: .init(before: 12.5, after: 10),
                loss: .init(
                    select: .init(difference: -0.03, standardError: 0.006),
                    certify: .init(samples: 80, before: 0.5, after: 0.48, difference: -0.02, standardError: 0.01, upperBound95: -0.0036)),
                metric: .init(name: "top-1", before: 0.9, after: 0.91), accuracy: accuracy, calibrated: calibrated, disagreement: 0.03,
                verdict: "better", predicted: -0.0123),
            .init(
                name: "model-50.onnx", parameters: 6000, keptShare: 0.5, macs: 1_000_000, latencyMs: .init(before: 12.5, after: 8),
                loss: .init(
                    select: .init(difference: -0.005, standardError: 0.008),
                    certify: .init(samples: 80, before: 0.5, after: 0.498, difference: -0.002, standardError: 0.012, upperBound95: 0.0177)),
                metric: .init(name: "top-1", before: 0.9, after: 0.9), verdict: "lossless", predicted: 0.001),
            .init(
                name: nil, parameters: 3000, keptShare: 0.25, macs: nil, latencyMs: nil,
                loss: .init(select: .init(difference: 0.09, standardError: 0.01), certify: nil), metric: nil, verdict: nil, predicted: nil),
        ],
        smallestLossless: 1, seconds: .init(calibrate: 1.25, plan: 2, verify: 0.5, total: 3.75), peakMemoryMiB: 123.4, seed: 7, threads: 2,
        notes: ["certified on a quarter"])

    /// Frontiers with too few points, with equal ones, or with figures that are no numbers.
    static let degenerateFrontiers: [FrontierReport] = {
        func changed(_ change: (inout FrontierReport) -> Void) -> FrontierReport {
            var report = SampleReports.frontier
            change(&report)
            return report
        }
        func everyLoss(_ value: Double, _ error: Double) -> FrontierReport {
            changed { report in
                for index in report.points.indices {
                    report.points[index].loss.select = .init(difference: value, standardError: error)
                    report.points[index].loss.certify?.difference = value
                    report.points[index].loss.certify?.standardError = error
                    report.points[index].loss.certify?.upperBound95 = value
                    report.points[index].predicted = value
                }
            }
        }
        return [
            changed { $0.points = [] }, changed { $0.points.removeLast(2) }, everyLoss(0, 0), everyLoss(.nan, .nan),
            everyLoss(.infinity, 1), everyLoss(1e300, 1e300), everyLoss(0.1, .infinity),
            changed { report in
                report.points = [report.points[1], report.points[1]]
                report.points[0].keptShare = 1
                report.points[1].keptShare = 1
            },
            changed { $0.points[0].keptShare = .nan }, changed { $0.points[0].latencyMs = .init(before: 0, after: .nan) },
            changed { $0.original = .init(parameters: 0, macs: 0, bytes: 0, latencyMs: .nan) },
        ]
    }()
}
