public import ArgumentParser
public import JointRank

/// Options that say how data files become a model's inputs, shared by all commands that read data.
struct DataArguments: ParsableArguments {
    @Option(help: "The array that holds the labels.")
    var labels = "labels"

    @Option(
        help: ArgumentHelp(
            "Resize images, bilinear with antialiasing: the shorter side to N pixels, or both sides to HxW, which may distort them.",
            valueName: "N|HxW"))
    var resize: ExtentArgument?

    @Option(help: ArgumentHelp("Cut this out of the middle of images, after --resize.", valueName: "N|HxW"))
    var crop: ExtentArgument?

    @Option(help: "The order of an image's axes. (default: images: as the model's input tells; other integer arrays: nchw)")
    var layout: ImageOptions.Layout?

    @Option(help: "The order of an image's colours.")
    var channels = ImageOptions.Channels.rgb

    @Option(
        help: ArgumentHelp(
            "The classes of a folder of images, one name a line, in the order of the model's outputs. (default: by name)", valueName: "file"
        ))
    var classes: String?

    @Option(parsing: .unconditional, help: "Integer arrays and images become (x * scale - mean) / std where the model takes floats.")
    var scale = 1.0

    @Option(parsing: .unconditional, help: ArgumentHelp("Mean of each channel, or one for all.", valueName: "a,b,c"))
    var mean = NumberList([0])

    @Option(parsing: .unconditional, help: ArgumentHelp("Standard deviation of each channel, or one for all.", valueName: "a,b,c"))
    var std = NumberList([1])

    @Option(name: .customLong("output-name"), help: "The model's output that the loss is computed from. (default: the first one)")
    var outputName: String?

    @Option(
        help: ArgumentHelp(
            """
            cross-entropy (labels are classes, of samples or of positions; -100 does not count), divergence (from the classes' probabilities \
            by the original, or by evaluate's --against, which need no labels), multi-label (0 or 1 for each output), squared-error, or output:NAME (the model computes its loss itself, and needs no labels). Logits are told from probabilities.
            """, valueName: "loss"))
    var loss = LossName(.crossEntropy)

    @Option(
        help: ArgumentHelp(
            "What --max-drop bounds, and what tables show beside the loss: accuracy, f1 (macro F1 of classes, micro F1 of multi-label), "
                + "correlation or perplexity. (default: accuracy; correlation with squared-error; perplexity where a text predicts itself)",
            valueName: "metric"))
    var dropMetric: DropMetric?

    var options: DataOptions {
        DataOptions(
            loss: loss.option, labels: labels, scale: scale, mean: mean.values, std: std.values, output: outputName,
            images: ImageOptions(resize: resize?.extent, crop: crop?.extent, layout: layout, channels: channels, classes: classes),
            dropMetric: dropMetric)
    }
}

extension ArgumentHelp {
    /// Of the file or folder that a command reads samples from.
    static let labelledSamples = ArgumentHelp(
        "Labelled samples: .npz or .safetensors with arrays named as the model's inputs, .jsonl, .csv, or a folder of images.",
        valueName: "file")
}

extension ImageOptions.Layout: ExpressibleByArgument {}
extension ImageOptions.Channels: ExpressibleByArgument {}
extension DropMetric: ExpressibleByArgument {}

/// A size in pixels: one number, or height and width with an `x` between them.
struct ExtentArgument: ExpressibleByArgument {
    let extent: ImageOptions.Extent

    init?(argument: String) {
        guard let extent = ImageOptions.Extent(argument) else { return nil }
        self.extent = extent
    }
}

struct LossName: ExpressibleByArgument {
    let option: LossOption

    init(_ option: LossOption) {
        self.option = option
    }

    init?(argument: String) {
        guard let option = LossOption(argument) else { return nil }
        self.option = option
    }

    var defaultValueDescription: String { "cross-entropy" }

    static let allValueStrings = LossOption.names
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
