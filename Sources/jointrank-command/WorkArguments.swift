internal import ArgumentParser
internal import JointRank

/// Options that say where unfinished work is kept, shared by all commands that work for long.
struct WorkArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Keep finished work in this folder, so that the same command goes on after an interruption. (default: <output>.work)",
            valueName: "folder"))
    var work: String?

    @Flag(help: "Throw away what an interrupted run has left in the work folder.")
    var restart = false

    func set(in options: inout CompressionOptions, beside output: String) {
        options.workFolder = work ?? output + ".work"
        options.restarts = restart
    }
}

extension String {
    /// Without an ending, where it has that.
    func withoutSuffix(_ suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}
