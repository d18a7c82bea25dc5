internal import ArgumentParser
internal import JointRank

/// Options that say what a result may cost, shared by compress and the phases that choose and judge.
struct LimitArguments: ParsableArguments {
    @Option(
        name: .customLong("max-drop"), parsing: .unconditional,
        help: ArgumentHelp(
            """
            How far the model's own first metric may fall, certified with 95 % confidence: 0.5% (or 0.005) are half a point of accuracy; of \
            a language model, by how much its perplexity may rise. (default for compact: 0.5%, or what the samples can show)
            """, valueName: "share"))
    var maximumDrop: DropShare?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The rise of the mean loss that is acceptable, in nats; 0 is strict. With --max-drop, both must hold.", valueName: "x"))
    var tolerance: Double?

    func set(in recipe: inout OptionTexts) throws {
        try recipe.set(["tolerance": tolerance, "max-drop": maximumDrop?.share])
    }
}

/// A share as a number, or in percent.
struct DropShare: ExpressibleByArgument {
    let share: Double

    init?(argument: String) {
        let isPercent = argument.hasSuffix("%")
        let digits = isPercent ? String(argument.dropLast()) : argument
        guard let number = Double(digits.trimmed) else { return nil }
        share = isPercent ? number / 100 : number
    }
}

extension String {
    /// Without blanks at its ends.
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
