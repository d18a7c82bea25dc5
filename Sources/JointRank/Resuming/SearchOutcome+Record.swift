internal import LowRank
internal import Search

extension SearchOutcome {
    /// - Parameter candidates: how many were measured on the way.
    func record(candidates: Int) throws -> Record {
        var record = Record()
        try point.layers.write(to: &record)
        record.set("losses", losses)
        record.set("radius", [region.radius])
        try record.note("predictions", point.layers.map(\.prediction))
        try record.note("step", point.step)
        try record.note("candidates", candidates)
        return record
    }

    /// - Parameters:
    ///   - layers: that the search began with.
    ///   - before: the original's losses on the select samples.
    init(_ record: StoredRecord, layers start: [FactoredLayer], before: [Double]) throws {
        let radii: [Double] = try record.elements("radius")
        let predictions: [RankPrediction?] = try record.note("predictions")
        var layers = try [FactoredLayer].read(record, among: start)
        guard layers.map(\.name) == start.map(\.name) else { throw record.damaged("it is about other layers") }
        guard let radius = radii.first, predictions.count == layers.count else { throw record.damaged("it lacks numbers") }
        for index in layers.indices { layers[index].prediction = predictions[index] }
        let losses: [Double] = try record.elements("losses")
        let point = FrontierPoint(
            layers: layers, comparison: try PairedComparison(before: before, after: losses), step: try record.note("step"))
        self.init(point: point, losses: losses, region: TrustRegion(radius: radius))
    }
}
