internal import Search

extension CompressionOptions {
    /// How much of the model may be left.
    var targets: Targets { Targets(parameters: keepParameters, operations: keepMacs, latency: keepLatency) }

    /// Whether layers are timed, and the result beside the original.
    var countsTime: Bool { optimize.isTimed || keepLatency != nil }

    /// Whether multiply-accumulates are counted before ranks are chosen, and must be known.
    var countsMacs: Bool { optimize == .macs || keepMacs != nil }
}

extension Targets.Unit {
    /// That asks for a share of it.
    var option: String {
        switch self {
        case .parameters: "--keep-params"
        case .operations: "--keep-macs"
        case .latency: "--keep-latency"
        }
    }

    /// As in "keeps half of ...".
    var title: String {
        switch self {
        case .parameters: "the parameters"
        case .operations: "the multiply-accumulates"
        case .latency: "the time"
        }
    }
}
