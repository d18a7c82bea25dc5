internal import ArgumentParser
internal import JointRank

/// Options that say what a plan is to reach, shared by compress and its second stage.
struct PlanningArguments: ParsableArguments {
    @Option(help: "lossless: the best loss. compact: the smallest size whose loss stays within the tolerance.")
    var mode: CompressionOptions.Mode

    @Option(
        name: .customLong("keep-params"), parsing: .unconditional,
        help: ArgumentHelp("The most parameters to keep, as a share of all.", valueName: "share"))
    var keepParameters: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The rise of the mean loss that is acceptable, in nats. (default: 0)", valueName: "x"))
    var tolerance: Double?

    @Option(
        name: .customLong("force-rank"),
        help: ArgumentHelp("Prescribe the rank of matching layers, a number or 'full', instead of searching.", valueName: "pattern=rank"))
    var forcedRanks: [CompressionOptions.ForcedRank] = []
}
