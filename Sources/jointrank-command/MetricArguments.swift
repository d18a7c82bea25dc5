public import ArgumentParser
public import JointRank

/// Options for the user's own judge.
struct MetricArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A program of yours that judges models: it is run on the original and on the result, with the model's path in place of {} or as \
            the last argument, and prints a number as its last line. Blanks part arguments, quotes hold them together; there is no shell.
            """, valueName: "command"))
    var metricCommand: String?

    @Option(help: "Whether a higher or a lower number is better. (default: higher)")
    var metricDirection: MetricOptions.Direction?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Refuse a result whose number is worse by more than this. (default: it is only reported)", valueName: "x"))
    var metricTolerance: Double?

    @Option(parsing: .unconditional, help: ArgumentHelp("Seconds that one run of the program may take. (default: 3600)", valueName: "s"))
    var metricTimeLimit: Double?

    /// - Throws: `JointRankError` for options that make no sense without the program.
    func options() throws(JointRankError) -> MetricOptions? {
        guard let metricCommand else {
            guard metricDirection == nil, metricTolerance == nil, metricTimeLimit == nil else {
                throw JointRankError(.usage, "--metric-direction, --metric-tolerance and --metric-time-limit are for a --metric-command")
            }
            return nil
        }
        guard let words = MetricOptions.words(of: metricCommand) else {
            throw JointRankError(.usage, "--metric-command: a quotation mark is not closed")
        }
        var options = MetricOptions(command: words, direction: metricDirection ?? .higher, tolerance: metricTolerance)
        if let metricTimeLimit { options.timeLimit = metricTimeLimit }
        return options
    }

    func set(in recipe: inout OptionTexts) throws {
        try recipe.set([
            "metric-command": metricCommand, "metric-direction": metricDirection?.rawValue, "metric-tolerance": metricTolerance,
            "metric-time-limit": metricTimeLimit,
        ])
    }
}

extension MetricOptions.Direction: ExpressibleByArgument {}
