internal import ArgumentParser
internal import JointRank

/// Options that say what times are measured for, shared by the commands that measure them.
struct LatencyArguments: ParsableArguments {
    @Option(
        name: .customLong("latency-batch"), parsing: .unconditional,
        help: ArgumentHelp("Samples in a run that is timed. (default: what the model fixes, else 1)", valueName: "samples"))
    var batch: Int?

    @Option(
        name: .customLong("latency-threads"), parsing: .unconditional,
        help: ArgumentHelp("Threads of a run that is timed. (default: as --threads)", valueName: "threads"))
    var threads: Int?

    @Option(
        name: .customLong("latency-table"),
        help: ArgumentHelp(
            "Choose ranks by times of another device, in a table made with jointrank latency-models.", valueName: "file"))
    var table: String?

    var options: LatencyOptions { LatencyOptions(batch: batch, threads: threads, table: table) }
}
