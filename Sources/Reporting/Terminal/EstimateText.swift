extension WorkEstimate {
    /// The estimate for a terminal.
    public func text() -> String {
        let phases = [("calibrate", seconds.calibrate), ("plan", seconds.plan), ("verify", seconds.verify)]
            .compactMap { name, span in span.map { "\(name) \($0.durationText)" } }
        let lines =
            [
                "\(model): \(layers) layers to look at",
                "samples: \(samples.fitText) to fit, \(samples.select) to select, \(samples.certify) to certify",
                "size: \(size.text)",
                "time: \(seconds.total.durationText)" + (phases.count > 1 ? " (\(phases.joined(separator: ", ")))" : ""),
                "memory: about \(NumberText.bytes(Int(memoryMiB * 1_048_576)))",
            ] + notes + ["worked out from \(basis.samples) samples, which took \(NumberText.milliseconds(basis.seconds * 1000))"]
        return lines.map(\.onOneLine).joined(separator: "\n")
    }

    /// In a few words, for the beginning of a run.
    package var line: String {
        "expected: \(seconds.total.durationText), about \(NumberText.bytes(Int(memoryMiB * 1_048_576))) of memory; \(size.text)"
    }
}

extension WorkEstimate.Size {
    fileprivate var text: String {
        let smallest = "the lowest ranks keep \(NumberText.percent(smallestShare))"
        guard let askedShare else {
            return "the loss decides how many of the \(NumberText.grouped(parameters)) parameters stay; \(smallest)"
        }
        let most = NumberText.grouped(Int(askedShare * Double(parameters)))
        let mostBytes = NumberText.bytes(Int(askedShare * Double(bytes)))
        return "at most \(most) of \(NumberText.grouped(parameters)) parameters, about \(mostBytes) of \(NumberText.bytes(bytes)); "
            + smallest
    }
}

extension WorkEstimate.Span {
    /// `3 s`, `2 min 05 s to 4 min 10 s`.
    fileprivate var durationText: String {
        let (least, most) = (NumberText.duration(seconds: least), NumberText.duration(seconds: most))
        return least == most ? least : "\(least) to \(most)"
    }
}
