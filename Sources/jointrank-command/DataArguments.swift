internal import ArgumentParser
internal import JointRank

/// Options that say how data files become a model's inputs, shared by all commands that read data.
struct DataArguments: ParsableArguments {
    @Option(help: "The array that holds the labels.")
    var labels = "labels"

    @Option(parsing: .unconditional, help: "Integer arrays become (x * scale - mean) / std where the model takes floats.")
    var scale = 1.0

    @Option(parsing: .unconditional, help: ArgumentHelp("Mean of each channel, or one for all.", valueName: "a,b,c"))
    var mean = NumberList([0])

    @Option(parsing: .unconditional, help: ArgumentHelp("Standard deviation of each channel, or one for all.", valueName: "a,b,c"))
    var std = NumberList([1])

    @Option(name: .customLong("output-name"), help: "The model's output that holds the scores. (default: the first one)")
    var outputName: String?

    @Option(help: "The loss: cross-entropy, from logits or from probabilities, whichever the model gives.")
    var loss = LossName.crossEntropy

    var options: DataOptions {
        DataOptions(labels: labels, scale: scale, mean: mean.values, std: std.values, output: outputName)
    }
}

enum LossName: String, ExpressibleByArgument, CaseIterable {
    case crossEntropy = "cross-entropy"
}

/// Numbers separated by commas.
struct NumberList: ExpressibleByArgument {
    let values: [Double]

    init(_ values: [Double]) {
        self.values = values
    }

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Double($0) }
        guard numbers.count == parts.count else { return nil }
        values = numbers
    }

    var defaultValueDescription: String {
        values.map { $0 == $0.rounded() ? String(Int($0)) : String($0) }.joined(separator: ",")
    }
}
