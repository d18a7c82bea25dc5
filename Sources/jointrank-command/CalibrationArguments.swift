internal import ArgumentParser
internal import JointRank

/// Options that say what a model is calibrated with, shared by compress, its first phase and frontier.
struct CalibrationArguments: ParsableArguments {
    @Option(help: .labelledSamples)
    var calibration: String

    @Option(
        help: ArgumentHelp(
            "Samples to learn from as well, labelled or not, by what the original says of them. Nothing is certified on these.",
            valueName: "file"))
    var unlabelled: String?

    @Option(help: ArgumentHelp("Labelled samples to certify the result with.", valueName: "file"))
    var holdout: String?

    @Option(help: "How components and ranks are chosen.")
    var method = Method.joint

    @Option(help: ArgumentHelp("Leave a piece of the joint method out, to see what it brings; may be repeated.", valueName: "piece"))
    var without: [Ablation] = []

    @Option(
        help: """
            size: the fewest parameters; the result may be slower. macs: the fewest multiply-accumulates, counted and not timed. latency: the least \
            measured time. balanced: both the fewest parameters and the least time, with no layer slower than before.
            """)
    var optimize = Optimization.balanced

    @OptionGroup var latency: LatencyArguments
}
