/// What of the model a chart's horizontal axis counts.
enum FrontierQuantity: CaseIterable {
    case parameters, macs, latency

    var name: String {
        switch self {
        case .parameters: "parameters"
        case .macs: "multiply-accumulates"
        case .latency: "latency"
        }
    }

    /// The point's share of the original's; nil where it is not known.
    func share(of point: FrontierReport.Point, original: FrontierReport.Original) -> Double? {
        switch self {
        case .parameters: return point.keptShare
        case .macs:
            guard let after = point.macs, let before = original.macs, before > 0 else { return nil }
            return Double(after) / Double(before)
        case .latency:
            guard let latency = point.latencyMs, latency.before > 0 else { return nil }
            return latency.ratio
        }
    }
}

/// A point as a chart draws it. Where it is the loss, the certified one stands before the one on the select set, which chose the point.
struct FrontierMark {
    /// Per cent of the original.
    let share: Double
    let difference: Double
    /// Zero where it is not known.
    let standardError: Double
    /// Of the difference: at one-sided 95 % confidence it is no worse.
    let bound: Double?
    let isCertified: Bool
    /// Whether it is the one that the others are there to be compared with.
    let isMarked: Bool

    /// Nil where the share or the loss cannot be drawn.
    init?(_ point: FrontierReport.Point, share: Double, isMarked: Bool) {
        let certified = point.loss.certify
        self.init(
            share: share, difference: certified?.difference ?? point.loss.select.difference,
            standardError: certified?.standardError ?? point.loss.select.standardError, bound: certified?.upperBound95,
            isCertified: certified != nil, isMarked: isMarked)
    }

    /// Nil where the share or the difference cannot be drawn.
    init?(
        share: Double, difference: Double, standardError: Double, bound: Double? = nil, isCertified: Bool = false, isMarked: Bool
    ) {
        guard ChartAxis.isDrawable(share * 100), ChartAxis.isDrawable(difference) else { return nil }
        self.share = share * 100
        self.difference = difference
        self.standardError = ChartAxis.isDrawable(standardError) ? max(standardError, 0) : 0
        self.bound = bound.flatMap { ChartAxis.isDrawable($0) ? $0 : nil }
        self.isCertified = isCertified
        self.isMarked = isMarked
    }
}
