extension CompressionReport.Accuracy {
    /// The change with one standard error: `-0.17 pp +- 0.38`.
    func changeText(plusMinus: String) -> String {
        "\(Self.points(difference, NumberText.signed)) pp \(plusMinus) \(Self.points(standardError, NumberText.fixed))"
    }

    /// `falls by at most 0.81 pp`, or `rises by at least 0.20 pp`.
    var boundText: String {
        "\(fallUpperBound95 < 0 ? "rises by at least" : "falls by at most") \(Self.points(abs(fallUpperBound95), NumberText.fixed)) pp"
    }

    /// The bound as a change: `-0.81 pp`.
    var leastChangeText: String { "\(Self.points(-fallUpperBound95, NumberText.signed)) pp" }

    private static func points(_ share: Double, _ text: (Double, Int) -> String) -> String {
        NumberText.finite(share) { text(100 * $0, 2) }
    }
}

extension CompressionReport.CalibratedLoss {
    /// `+0.0123 +- 0.0047, at most +0.0220`.
    func changeText(plusMinus: String) -> String {
        NumberText.lossChange(difference, standardError: standardError, plusMinus: plusMinus)
            + ", at most \(NumberText.lossChange(upperBound95))"
    }

    /// `+0.0123 +- 0.0047`.
    var shortChangeText: String { NumberText.lossChange(difference, standardError: standardError, plusMinus: "+-") }

    var temperatureBefore: String { Self.text(temperatures.before) }
    var temperatureAfter: String { Self.text(temperatures.after) }

    private static func text(_ temperature: Double) -> String { NumberText.finite(temperature) { NumberText.fixed($0, 2) } }
}

extension EvaluationReport.Against {
    /// A line for each of the measures that there are.
    var answerLines: [String] {
        [
            accuracy.map { "\($0.name) \($0.changeText(plusMinus: "+-")), \($0.boundText) (95 %)" },
            calibrated.map {
                "calibrated loss \($0.changeText(plusMinus: "+-")) (temperatures \($0.temperatureBefore) and \($0.temperatureAfter))"
            },
            disagreement.map { "predictions changed \(NumberText.finite($0) { NumberText.percent($0) })" },
        ].compactMap(\.self)
    }
}
