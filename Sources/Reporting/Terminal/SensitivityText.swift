extension SensitivityReport {
    /// The report for a terminal.
    public func text() -> String {
        var columns: [(title: String, alignment: TextTable.Alignment)] = [
            ("layer", .left), ("rank", .right), ("of", .right), ("first order", .right), ("curvature", .right), ("predicted", .right),
            ("measured", .right), ("", .left), ("range", .left),
        ]
        let accuracy = points.lazy.compactMap(\.accuracy).first?.name
        let isCalibrated = points.contains { $0.calibrated != nil }
        if let accuracy { columns.append((accuracy, .left)) }
        if isCalibrated { columns.append(("calibrated loss", .left)) }
        var table = TextTable(columns)
        for point in points {
            var row = [
                point.layer, String(point.rank), String(point.fullRank), NumberText.signed(point.firstOrder, 5),
                NumberText.signed(point.quadratic, 5), NumberText.signed(point.predicted, 5), NumberText.signed(point.measured, 5),
                "+- " + NumberText.fixed(point.standardError, 5), point.isInRange ? "inside" : "outside",
            ]
            if accuracy != nil { row.append(point.accuracy?.changeText(plusMinus: "+-") ?? "") }
            if isCalibrated { row.append(point.calibrated?.shortChangeText ?? "") }
            table.append(row)
        }
        let lines = [
            "predicted on \(fitSamples) samples, measured on \(selectSamples) others",
            line("inside the perturbation range", inRange), line("outside it", outOfRange),
            line("curvature of at most 0.03", smallCurvature),
        ]
        return table.text() + "\n\n" + lines.joined(separator: "\n")
    }

    private func line(_ name: String, _ agreement: Agreement) -> String {
        let correlation = agreement.correlation.map { "correlation \(NumberText.fixed($0, 3)), " } ?? ""
        return
            "\(name): \(agreement.points) points, \(correlation)root mean square error \(NumberText.fixed(agreement.rootMeanSquareError, 5)), "
            + "which is \(NumberText.fixed(agreement.errorInStandardErrors, 2)) standard errors of the measurement"
    }
}
