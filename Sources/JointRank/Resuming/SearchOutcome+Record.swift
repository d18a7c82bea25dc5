internal import LowRank
internal import Search

extension SearchOutcome {
    /// - Parameter candidates: how many were measured on the way.
    func record(candidates: Int) throws -> Record {
        var record = Record()
        try point.layers.write(to: &record)
        losses.write(to: &record)
        record.set("radius", [region.radius])
        try record.note("predictions", point.layers.map(\.prediction))
        try record.note("step", point.step)
        try record.note("target", point.target)
        try record.note("path", point.path)
        try record.note("candidates", candidates)
        return record
    }

    /// - Parameters:
    ///   - layers: that the search began with.
    ///   - original: what the original's select samples say.
    init(_ record: StoredRecord, layers start: [FactoredLayer], original: CandidateLosses) throws {
        let radii: [Double] = try record.elements("radius")
        let predictions: [RankPrediction?] = try record.note("predictions")
        var layers = try [FactoredLayer].read(record, among: start)
        guard layers.map(\.name) == start.map(\.name) else { throw record.damaged("it is about other layers") }
        guard let radius = radii.first, predictions.count == layers.count else { throw record.damaged("it lacks numbers") }
        for index in layers.indices { layers[index].prediction = predictions[index] }
        let losses = try CandidateLosses(record)
        let point = try FrontierPoint(
            layers: layers, losses, original: original, target: record.note("target"), step: record.note("step"),
            path: record.note("path"))
        self.init(point: point, losses: losses, region: TrustRegion(radius: radius))
    }
}
