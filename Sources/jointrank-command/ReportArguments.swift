internal import ArgumentParser
internal import JointRank
internal import Reporting

/// Options that name files for the report of a compression, shared by compress and its last phase.
struct ReportArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Also write the report to this file, as JSON.", valueName: "file"))
    var report: String?

    @Option(help: ArgumentHelp("Also write the report to this file, as a page.", valueName: "file"))
    var html: String?

    @Option(
        name: .customLong("model-card"),
        help: ArgumentHelp(
            "Also write the beginning of a model card for the Hugging Face Hub to this file, as Markdown.", valueName: "file"))
    var modelCard: String?

    @Option(name: .customLong("base-model"), help: ArgumentHelp("The original's name on the Hub, for the model card.", valueName: "name"))
    var baseModel: String?

    func validate() throws {
        if baseModel != nil, modelCard == nil { throw ValidationError("--base-model is for --model-card, which is missing") }
    }

    /// The files, which can be written.
    func files(sparing reserved: ReservedFiles) throws -> [ReportFile?] {
        try ReportFile.all([report, html, modelCard], sparing: reserved)
    }

    func write(_ result: CompressionReport, to files: [ReportFile?]) throws {
        let card = ModelCard(result, baseModel: baseModel)
        try ReportFile.write([{ try result.jsonText() }, { CompressionPage(result).html() }, { card.markdown() }], to: files)
    }
}
