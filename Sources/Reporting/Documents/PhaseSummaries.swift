/// What `jointrank calibrate` has written.
public struct CalibrationSummary: Codable, Sendable, Hashable {
    /// Names the form of the JSON, and counts its changes.
    public var schema = "jointrank.calibration-summary/1"
    /// The file.
    public var output: String
    /// How many layers can be factored.
    public var layers: Int
    /// Of the model.
    public var parameters: Int
    /// The smallest share of them that a plan can keep.
    public var smallestShare: Double
    /// How many samples there were for what.
    public var samples: CompressionReport.Samples
    /// How long it took.
    public var seconds: Double
    /// Peak resident memory of the process.
    public var peakMemoryMiB: Double

    /// Sets every field.
    public init(
        output: String, layers: Int, parameters: Int, smallestShare: Double, samples: CompressionReport.Samples, seconds: Double,
        peakMemoryMiB: Double
    ) {
        self.output = output
        self.layers = layers
        self.parameters = parameters
        self.smallestShare = smallestShare
        self.samples = samples
        self.seconds = seconds
        self.peakMemoryMiB = peakMemoryMiB
    }

    /// What the command prints.
    public func text() -> String {
        """
        \(layers) layers can be factored, to no less than \(NumberText.percent(smallestShare)) of the \(NumberText.grouped(parameters)) parameters
        samples: \(samples.fitText) to fit, \(samples.select) to select, \(samples.certify) to certify
        written: \(output.onOneLine)
        time: \(NumberText.fixed(seconds, 1)) s; peak memory \(NumberText.fixed(peakMemoryMiB, 0)) MiB
        """
    }
}

/// What `jointrank plan` has written.
public struct PlanSummary: Codable, Sendable, Hashable {
    /// What the plan is to bring, measured on the select samples.
    public struct Expected: Codable, Sendable, Hashable {
        /// Numbers in the weights of the original.
        public var parametersBefore: Int
        /// Parameters over those of the original.
        public var keptShare: Double
        /// Mean change of the loss on the select samples, which the choice has flattered.
        public var lossDifference: Double
        /// Of the difference.
        public var standardError: Double
        /// How many samples it was measured on.
        public var selectSamples: Int

        /// Sets every field.
        public init(parametersBefore: Int, keptShare: Double, lossDifference: Double, standardError: Double, selectSamples: Int) {
            self.parametersBefore = parametersBefore
            self.keptShare = keptShare
            self.lossDifference = lossDifference
            self.standardError = standardError
            self.selectSamples = selectSamples
        }
    }

    /// What is planned for one layer.
    public struct Layer: Codable, Sendable, Hashable {
        /// The node's name.
        public var name: String
        /// What the layer is to keep.
        public var rank: Int
        /// What it can have.
        public var fullRank: Int
        /// How it is to be stored, named as in ``CompressionReport/Layer/form``.
        public var form: String
        /// Predicted change of the mean loss from this layer alone.
        public var predicted: Double?

        /// Sets every field.
        public init(name: String, rank: Int, fullRank: Int, form: String, predicted: Double?) {
            self.name = name
            self.rank = rank
            self.fullRank = fullRank
            self.form = form
            self.predicted = predicted
        }
    }

    /// Names the form of the JSON, and counts its changes.
    public var schema = "jointrank.plan-summary/1"
    /// The file; absent where no acceptable plan was found.
    public var output: String?
    /// Absent where nothing was planned.
    public var expected: Expected?
    /// Those that are to be factored.
    public var layers: [Layer]
    /// What the user should know.
    public var notes: [String]
    /// The sizes that were measured; absent where there is a plan.
    public var walk: CompressionReport.Walk?
    /// How many samples there were for what; absent where there is a plan.
    public var samples: CompressionReport.Samples?
    /// How to get something; absent where there is a plan, or no limit would help.
    public var retry: CompressionReport.Retry?
    /// How long it took.
    public var seconds: Double

    /// Sets every field.
    public init(
        output: String?, expected: Expected?, layers: [Layer], notes: [String], walk: CompressionReport.Walk? = nil,
        samples: CompressionReport.Samples? = nil, retry: CompressionReport.Retry? = nil, seconds: Double
    ) {
        self.output = output
        self.expected = expected
        self.layers = layers
        self.notes = notes
        self.walk = walk
        self.samples = samples
        self.retry = retry
        self.seconds = seconds
    }

    /// What the command prints.
    public func text() -> String {
        var table = TextTable([("layer", .left), ("rank", .right), ("of", .right), ("form", .left), ("predicted", .right)])
        for layer in layers {
            table.append([
                layer.name, String(layer.rank), String(layer.fullRank), layer.form, layer.predicted.map { NumberText.signed($0, 5) } ?? "",
            ])
        }
        var lines = layers.isEmpty ? [] : [table.text(), ""]
        if let expected {
            lines.append(
                "keeps \(NumberText.percent(expected.keptShare)) of \(NumberText.grouped(expected.parametersBefore)) parameters; loss on the "
                    + "\(expected.selectSamples) select samples \(NumberText.signed(expected.lossDifference, 4)) +- "
                    + NumberText.fixed(expected.standardError, 4))
        }
        lines += notes.map(\.onOneLine)
        if let walk, let samples, let sizes = walk.sizesText(plusMinus: "+-") {
            lines += [CompressionReport.Walk.sizesExplanation(samples), sizes]
        }
        lines += (retry?.lines ?? []).map(\.onOneLine)
        if let output { lines.append("written: \(output.onOneLine)") }
        lines.append("time: \(NumberText.fixed(seconds, 1)) s")
        return lines.joined(separator: "\n")
    }
}

/// What `jointrank apply` has written.
public struct ApplySummary: Codable, Sendable, Hashable {
    /// Names the form of the JSON, and counts its changes.
    public var schema = "jointrank.apply-summary/1"
    /// The file written.
    public var output: String
    /// Numbers in the weights.
    public var parameters: CompressionReport.Change<Int>
    /// The file's size, external data included.
    public var bytes: CompressionReport.Change<Int>

    /// Sets every field.
    public init(output: String, parameters: CompressionReport.Change<Int>, bytes: CompressionReport.Change<Int>) {
        self.output = output
        self.parameters = parameters
        self.bytes = bytes
    }

    /// What the command prints.
    public func text() -> String {
        """
        parameters: \(NumberText.grouped(parameters.before)) -> \(NumberText.grouped(parameters.after))
        bytes: \(NumberText.grouped(bytes.before)) -> \(NumberText.grouped(bytes.after))
        written: \(output.onOneLine); nothing was judged: jointrank verify does that
        """
    }
}
