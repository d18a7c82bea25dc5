import Reporting

/// Documents with every field set.
enum SampleReports {
    static let compression = CompressionReport(
        version: "1.2.3", model: "model.onnx", mode: "compact", method: "first-order", optimize: "balanced", tolerance: 0.005,
        maximumDrop: .init(metric: "top-1", value: 0.05, isDefault: true), verdict: "lossless",
        certified: ["top-1 falls by no more than 5 points (95 %, n = 100)"], output: "small.onnx", notes: ["certified on a quarter"],
        parameters: .init(before: 12_000, after: 9000),
        macs: .init(before: 2_000_000, after: 1_500_000), bytes: .init(before: 48_640, after: 36_864),
        latencyMs: .init(before: 12.5, after: 10, threads: 2), samples: .init(fit: 200, select: 100, certify: 100),
        foldedTemperature: .init(temperature: 1.75, layer: "Gemm 'dense'", samples: 300),
        holdout: .init(
            samples: 100, source: "a quarter",
            loss: .init(before: 0.5, after: 0.4875, difference: -0.0125, standardError: 0.01, upperBound95: 0.0041, samplesNeeded: 180),
            metric: .init(name: "top-1", before: 0.9, after: 0.91),
            furtherMetrics: [.init(name: "perplexity", before: 5.25, after: 5.5, isShare: false)], accuracy: accuracy,
            calibrated: calibrated, disagreement: 0.03),
        metricCommand: .init(command: ["score.py", "--fast"], direction: "lower", tolerance: 0.5, before: 2, after: 2.25),
        walk: .init(
            points: [
                .init(
                    parameters: 10_500, keptShare: 0.875, loss: .init(difference: -0.02, standardError: 0.008),
                    step: .init(predicted: -0.01, measured: -0.02, standardError: 0.008), isSmallEnough: true),
                .init(
                    parameters: 9000, keptShare: 0.75, loss: .init(difference: -0.015, standardError: 0.009),
                    calibrated: .init(difference: 0.001, standardError: 0.002),
                    expected: .init(
                        lossUpperBound95: 0.004,
                        accuracy: .init(name: "top-1", difference: -0.01, standardError: 0.015, fallUpperBound95: 0.04),
                        passesWith: .init(maximumDrop: 0.07, tolerance: 0.022)),
                    step: .init(predicted: 0.002, measured: 0.005, standardError: 0.004)),
                .init(parameters: 6000, keptShare: 0.5, loss: .init(difference: 0.06, standardError: 0.01), step: nil),
            ], chosen: 1, measuredCandidates: 14, learnedFromSelect: true),
        retry: .init(
            limits: .init(maximumDrop: 0.07, tolerance: 0.022), keptShare: 0.75, command: ["jointrank", "compress", "--max-drop", "7%"],
            work: "small.onnx.work"),
        seconds: .init(calibrate: 1.25, plan: 2, verify: 0.5, total: 3.75), peakMemoryMiB: 123.4, seed: 7, threads: 2,
        environment: .init(onnxRuntime: "1.2.4", processor: "Processor 9", logicalProcessors: 4, operatingSystem: "System 12"),
        command: ["jointrank", "compress", "model.onnx", "--exclude", "it's *"],
        layers: [
            .init(
                name: "conv1", op: "Conv", shape: [16, 8, 3, 3], form: "factors", rank: 6, fullRank: 16,
                parameters: .init(before: 1152, after: 528), latencyMs: .init(before: 0.25, after: 0.125), predicted: -0.00123,
                measured: .init(difference: -0.0034, standardError: 0.0012, samples: 100), effectiveRank: 4.5,
                spectrum: .init(energies: (0..<16).map { 4 / Double(1 << $0) }), reason: "first order"),
            .init(
                name: "dense", op: "Gemm", shape: [10, 32], form: "dense", rank: nil, fullRank: 10,
                parameters: .init(before: 320, after: 320), predicted: nil, reason: "not worth it"),
        ])

    static let accuracy = CompressionReport.Accuracy(
        name: "top-1", before: 0.9, after: 0.91, difference: 0.01, standardError: 0.0173, fallUpperBound95: 0.0412)

    static let calibrated = CompressionReport.CalibratedLoss(
        before: 0.375, after: 0.3873, difference: 0.0123, standardError: 0.0047, upperBound95: 0.0221,
        temperatures: .init(before: 1.953, after: 1.524))

    static let inspection = InspectionReport(
        model: "model.onnx", opset: 13, bytes: 48_640, parameters: 1500, macs: 4000,
        inputs: [.init(name: "image", type: "tensor of float32", shape: [nil, 3, 8, 8])],
        outputs: [.init(name: "scores", type: "tensor of float32", shape: [nil, 10])],
        layers: [
            .init(
                name: "conv1", op: "Conv", shape: [16, 8, 3, 3], groups: 1, fullRank: 16, largestSavingRank: 13, parameters: 1152,
                macs: 3000, treatable: true, reason: nil),
            .init(
                name: "deconv", op: "ConvTranspose", shape: [], groups: 1, fullRank: nil, largestSavingRank: nil, parameters: 0, macs: nil,
                treatable: false, reason: "no two-factor form yet"),
        ],
        operatorsWithoutGradient: [.init(name: "Loop", nodes: 1), .init(name: "com.example.Fused", nodes: 2)])

    static let evaluation = EvaluationReport(
        model: "small.onnx", data: "test.npz", samples: 100, loss: 0.4875, lossStandardError: 0.02,
        metrics: [.init(name: "top-1", value: 0.91), .init(name: "perplexity", value: 5.5, isShare: false)],
        against: .init(
            model: "model.onnx", loss: 0.5,
            metrics: [.init(name: "top-1", value: 0.9), .init(name: "perplexity", value: 5.25, isShare: false)], difference: -0.0125,
            standardError: 0.01, upperBound95: 0.0041, samplesNeeded: 180, accuracy: accuracy, calibrated: calibrated, disagreement: 0.03),
        notes: ["a bound needs more"])

    /// Three points inside the perturbation range, predicted 0.1 too low each; one outside.
    static let sensitivity = SensitivityReport(
        model: "model.onnx", fitSamples: 60, selectSamples: 30,
        points: [
            .init(layer: "a", rank: 1, fullRank: 4, firstOrder: -0.5, quadratic: 0.1, measured: -0.3, standardError: 0.01, isInRange: true),
            .init(
                layer: "a", rank: 2, fullRank: 4, firstOrder: -0.25, quadratic: 0.05, measured: -0.1, standardError: 0.01, isInRange: true),
            .init(layer: "b", rank: 1, fullRank: 2, firstOrder: 0.2, quadratic: 0.1, measured: 0.4, standardError: 0.01, isInRange: true),
            .init(
                layer: "b", rank: 2, fullRank: 3, firstOrder: 0.125, quadratic: 0.25, measured: 0.75, standardError: 0.01, isInRange: false,
                accuracy: accuracy, calibrated: calibrated, disagreement: 0.03),
        ])
}
