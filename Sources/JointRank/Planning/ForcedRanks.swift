internal import GraphRewriting
internal import LowRank

/// The ranks that the user asks for, by layer.
struct ForcedRanks {
    /// By the names of layers; the full rank where a layer is to be written as factors that lose nothing.
    let byName: [String: Int]

    /// - Parameter layers: those that may be factored.
    /// - Throws: ``JointRankError`` for a pattern that matches none of them, and ranks that are too high.
    init(_ entries: [CompressionOptions.ForcedRank], for layers: [LayerShape], in catalogue: LayerCatalogue) throws {
        var ranks: [String: Int] = [:]
        for entry in entries {
            let names = Set(try LayerSelection(include: [entry.pattern]).layers(in: catalogue).map(\.name))
            let matches = layers.filter { names.contains($0.name) }
            guard !matches.isEmpty else {
                throw JointRankError(.usage, "--force-rank: no layer that matches '\(entry.pattern)' is selected and can be factored")
            }
            for layer in matches { ranks[layer.name] = try ForcedRanks.rank(entry.rank, for: layer) }
        }
        byName = ranks
    }

    private static func rank(_ rank: Int?, for layer: LayerShape) throws(JointRankError) -> Int {
        guard let rank else { return layer.fullRank }
        guard rank <= layer.fullRank else {
            throw JointRankError(.usage, "rank \(rank) for layer '\(layer.name)': its full rank is \(layer.fullRank)")
        }
        let largest = layer.largestSavingRank()
        guard rank <= largest else {
            throw JointRankError(.usage, "rank \(rank) for layer '\(layer.name)' saves nothing; the largest that does is \(largest)")
        }
        return rank
    }
}
