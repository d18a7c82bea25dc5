internal import ArgumentParser
internal import JointRank

/// Options that say which layers are factored and how they are stored, shared by all commands that make models smaller.
struct FactoringArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Treat only layers whose names match; may be repeated.", valueName: "pattern"))
    var include: [String] = []

    @Option(help: ArgumentHelp("Leave layers alone whose names match; may be repeated.", valueName: "pattern"))
    var exclude: [String] = []

    @Option(help: "Seed of the splits and of the drawn output directions.")
    var seed: UInt64 = 0

    @Option(parsing: .unconditional, help: "Threads that work on one operator, and layers decomposed side by side.")
    var threads = 2

    @Option(
        name: .customLong("factor-type"),
        help: "Store factors in this type, whatever the weights' is; runtimes cast them when they load the model. (default: the weights')")
    var factorType: FactorType?

    @Option(
        name: .customLong("memory-limit"),
        help: ArgumentHelp(
            "Memory for factors and statistics, beside the model itself: fewer layers at a time, which takes longer. (example: 2GiB)",
            valueName: "size"))
    var memoryLimit: ByteCount?
}
