internal import ArgumentParser
internal import JointRank

/// Options that say what a plan is to reach, shared by compress and its second phase.
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

    @Flag(
        name: .customLong("measure-layers"),
        help: """
            Also measure what each factored layer changes by itself, for the report, in one more pass over the select samples for each. \
            (The search takes several in each of its steps.)
            """)
    var measuresLayers = false

    func set(in recipe: inout OptionTexts) throws {
        try recipe.set([
            "mode": mode, "keep-params": keepParameters, "tolerance": tolerance, "force-rank": forcedRanks,
            "measure-layers": measuresLayers ? true : nil,
        ])
    }
}
