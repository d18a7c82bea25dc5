internal import ArgumentParser
internal import JointRank

/// Options that say what a plan is to reach, shared by compress and its second phase.
struct PlanningArguments: ParsableArguments {
    @Option(
        help: """
            lossless: the best loss; without a size, nothing may be measurably worse. compact: the smallest size that stays within --max-drop \
            and --tolerance.
            """)
    var mode: CompressionOptions.Mode

    @Option(
        name: .customLong("keep-params"), parsing: .unconditional,
        help: ArgumentHelp("The most parameters to keep, as a share of all.", valueName: "share"))
    var keepParameters: Double?

    @Option(
        name: .customLong("keep-macs"), parsing: .unconditional,
        help: ArgumentHelp("The most multiply-accumulates to keep, as a share of all.", valueName: "share"))
    var keepMacs: Double?

    @Option(
        name: .customLong("keep-latency"), parsing: .unconditional,
        help: ArgumentHelp("The most time that the result may take here, as a share of the model's.", valueName: "share"))
    var keepLatency: Double?

    @OptionGroup var limits: LimitArguments

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
            "mode": mode, "keep-params": keepParameters, "keep-macs": keepMacs, "keep-latency": keepLatency, "force-rank": forcedRanks,
            "measure-layers": measuresLayers ? true : nil,
        ])
        try limits.set(in: &recipe)
    }
}
