internal import GraphRewriting
internal import LowRank

/// The ranks that the user prescribes, by layer.
struct PrescribedRanks {
    /// By position among the layers; the full rank where a layer is to be written as factors that lose nothing.
    let ranks: [Int: Int]

    /// - Parameter layers: those that may be factored.
    /// - Throws: ``JointRankError`` for a pattern that matches none of them, and ranks that are too high.
    init(_ entries: [CompressionOptions.ForcedRank], for layers: [Layer], in catalogue: LayerCatalogue) throws {
        var ranks: [Int: Int] = [:]
        for entry in entries {
            let names = Set(try LayerSelection(include: [entry.pattern]).layers(in: catalogue).map(\.name))
            let matches = layers.indices.filter { names.contains(layers[$0].name) }
            guard !matches.isEmpty else {
                throw JointRankError(.usage, "--force-rank: no layer that matches '\(entry.pattern)' is selected and can be factored")
            }
            for index in matches { ranks[index] = try PrescribedRanks.rank(entry.rank, for: layers[index]) }
        }
        self.ranks = ranks
    }

    private static func rank(_ rank: Int?, for layer: Layer) throws(JointRankError) -> Int {
        guard let rank else { return layer.fullRank }
        guard rank <= layer.fullRank else {
            throw JointRankError(.usage, "rank \(rank) for layer '\(layer.name)': its full rank is \(layer.fullRank)")
        }
        let largest = layer.largestSavingRank(form: .factors)
        guard rank <= largest else {
            throw JointRankError(.usage, "rank \(rank) for layer '\(layer.name)' saves nothing; the largest that does is \(largest)")
        }
        return rank
    }
}
