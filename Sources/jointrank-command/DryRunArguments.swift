internal import ArgumentParser
internal import Reporting

/// Whether to say what work is to be expected and to leave it at that, shared by the commands that work for long.
struct DryRunArguments: ParsableArguments {
    @Flag(
        name: .customLong("dry-run"),
        help: "Say what time, memory and size are to be expected, from a short look at model and samples, and do nothing.")
    var isDry = false
}

extension WorkEstimate {
    func show(_ output: OutputArguments) throws {
        print(try output.json ? jsonText() : text())
    }
}
