/// A compression as the beginning of a model card for the Hugging Face Hub: front matter, verdict, figures, and how the model was made.
public struct ModelCard: Sendable {
    private let report: CompressionReport
    private let baseModel: String?

    /// - Parameter baseModel: the original's name on the Hub.
    public init(_ report: CompressionReport, baseModel: String? = nil) {
        self.report = report
        self.baseModel = baseModel
    }

    /// The card as Markdown.
    public func markdown() -> String { [frontMatter, heading, verdict, figures, procedure].joined(separator: "\n\n") + "\n" }

    private var frontMatter: String {
        var lines = ["---", "library_name: onnx", "tags:"] + ["onnx", "compression", "low-rank", "jointrank"].map { "- \($0)" }
        if let baseModel { lines.append("base_model: \(ModelCard.quoted(baseModel))") }
        let metrics = ([report.holdout?.metric].compactMap(\.self) + (report.holdout?.furtherMetrics ?? [])).compactMap {
            ModelCard.hubNames[$0.name]
        }
        if !metrics.isEmpty { lines += ["metrics:"] + metrics.map { "- \($0)" } }
        return (lines + ["---"]).joined(separator: "\n")
    }

    /// What the Hub calls metrics; those that it has no name for are in the table alone.
    private static let hubNames = [
        "top-1": "accuracy", "token accuracy": "accuracy", "label accuracy": "accuracy", "macro F1": "f1", "micro F1": "f1",
        "perplexity": "perplexity", "Pearson correlation": "pearsonr", "Spearman correlation": "spearmanr",
    ]

    private var heading: String {
        let name = ModelCard.escaped(ModelCard.fileName(report.model))
        let share = Double(report.parameters.after) / Double(max(report.parameters.before, 1))
        guard report.output != nil else { return "# \(name)\n\nNo smaller model was written: this card says why." }
        return "# \(name), compressed\n\n"
            + "This ONNX model keeps \(NumberText.percent(share, 1)) of the parameters of \(name): weight matrices were replaced by low-rank "
            + "factors. It needs nothing of jointrank to run."
    }

    private var verdict: String {
        let word = report.verdict == "not-met" ? "not met" : report.verdict
        let bound = report.boundText(plusMinus: "\u{B1}").map { "\n\n" + ModelCard.escaped($0) } ?? ""
        let notes = report.notes.isEmpty ? "" : "\n\n" + report.notes.map { "- \(ModelCard.escaped($0))" }.joined(separator: "\n")
        return "## Verdict: \(word)\n\n\(ModelCard.escaped(report.verdictMeaning))\(bound)\(notes)"
    }

    private var figures: String {
        let figures = CompressionFigures(report, plusMinus: "\u{B1}")
        let rows = (figures.sizes.compactMap(\.row) + figures.quality).map { row in
            "| " + [row.name, row.before, row.after, row.change].map(ModelCard.escaped).joined(separator: " | ") + " |"
        }
        let note =
            report.holdout.map { holdout in
                "Loss and metrics: \(NumberText.grouped(holdout.samples)) samples (\(holdout.source)) that no choice looked at; loss is the mean "
                    + "in nats, its change with one standard error and the one-sided 95 % upper bound."
            } ?? "Nothing was certified."
        let time =
            report.latencyMs == nil ? "" : " Latency: the median on \(machine), \(report.latencyMs?.threads ?? report.threads) threads."
        return "## Figures\n\n| | before | after | change |\n|---|--:|--:|--:|\n\(rows.joined(separator: "\n"))\n\n"
            + ModelCard.escaped(note + time)
    }

    private var machine: String { report.environment.processor ?? "the machine that made it" }

    private var procedure: String {
        let samples = report.samples
        let text =
            "Made by jointrank \(report.version) with ONNX Runtime \(report.environment.onnxRuntime), method \(report.method), mode "
            + "\(report.mode), optimizing \(report.optimize), seed \(report.seed). Components were fitted on \(samples.fitText) samples, "
            + "the size was chosen on \(samples.select) others, and the written file was judged once on \(samples.certify) more. Nothing was "
            + "trained. What is said of the loss holds for data like these."
        guard let command = report.command.map(ShellCommand.text) else { return "## How it was made\n\n\(ModelCard.escaped(text))" }
        // A fence must be longer than any run of backticks in what it holds.
        let longest = command.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return "## How it was made\n\n\(ModelCard.escaped(text))\n\n\(fence)sh\n\(command)\n\(fence)"
    }

    private static func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Text that Markdown takes as it is: no markup, no HTML, no cell or line of a table ends in it.
    private static func escaped(_ text: String) -> String {
        text.onOneLine.reduce(into: "") { result, character in
            if "\\`*_{}[]<>#|~$&!".contains(character) { result.append("\\") }
            result.append(character)
        }
    }

    /// A string of YAML in double quotes, whose escapes are those of JSON.
    private static func quoted(_ text: String) -> String {
        "\"\(text.onOneLine.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
}
