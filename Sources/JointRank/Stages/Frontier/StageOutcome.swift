internal import GraphRewriting
internal import LowRank

/// Where a stage of the joint method has led.
struct StageOutcome {
    let point: FrontierPoint
    /// On the select samples.
    let losses: [Double]
    /// How far the next stage may go.
    let region: TrustRegion
    /// How many were measured on the way.
    let candidates: Int

    var record: Record {
        get throws {
            var record = Record()
            try point.layers.write(to: &record)
            record.set("losses", losses)
            record.set("cost", [point.cost])
            record.set("radius", [region.radius])
            try record.note("predictions", point.predictions)
            try record.note("step", point.step)
            try record.note("candidates", candidates)
            return record
        }
    }

    init(point: FrontierPoint, losses: [Double], region: TrustRegion, candidates: Int) {
        (self.point, self.losses, self.region, self.candidates) = (point, losses, region, candidates)
    }

    /// - Parameters:
    ///   - layers: those of the walk.
    ///   - before: the original's losses on the select samples.
    init(_ record: StoredRecord, layers: [Layer], before: [Double]) throws {
        let (costs, radii): ([Double], [Double]) = (try record.elements("cost"), try record.elements("radius"))
        guard let cost = costs.first, let radius = radii.first else { throw record.damaged("it lacks numbers") }
        losses = try record.elements("losses")
        region = TrustRegion(radius: radius)
        point = FrontierPoint(
            layers: try FactoredLayers(record, layers: layers, onDisk: FactoredLayers.areLarge(layers)), cost: cost,
            comparison: try PairedComparison(before: before, after: losses), predictions: try record.note("predictions"),
            step: try record.note("step"))
        candidates = try record.note("candidates")
    }
}
