import GraphRewriting
import LowRank
import TestSupport
import Testing

@testable import JointRank

@Suite("Ranks that the user asks for")
struct ForcedRanksTests {
    private let catalogue: LayerCatalogue
    private var shapes: [LayerShape] { catalogue.layers.map(\.shape) }

    init() throws {
        catalogue = LayerCatalogue(model: try Networks.convolutional())
    }

    private func ranks(_ texts: String...) throws -> [String: Int] {
        let entries = try texts.map { try #require(CompressionOptions.ForcedRank($0)) }
        return try ForcedRanks(entries, for: shapes, in: catalogue).byName
    }

    @Test("Patterns name layers; later ones win; 'full' is the full rank")
    func patterns() throws {
        let first = try #require(shapes.first)
        #expect(try ranks("*=1") == Dictionary(uniqueKeysWithValues: shapes.map { ($0.name, 1) }))
        let mixed = try ranks("*=1", "\(first.name)=full")
        #expect(mixed[first.name] == first.fullRank)
        #expect(mixed.values.count { $0 == 1 } == shapes.count - 1)
    }

    @Test("What matches nothing, exceeds the full rank or saves nothing is refused by name")
    func refusals() throws {
        let layer = try #require(shapes.first)
        let largest = layer.largestSavingRank()
        #expect(throws: LayerSelectionError.self) { try ranks("x*=1") }
        // A layer of the model that is not among those that may be factored.
        let entry = try #require(CompressionOptions.ForcedRank("\(layer.name)=1"))
        #expect(
            throws: JointRankError(.usage, "--force-rank: no layer that matches '\(layer.name)' is selected and can be factored")
        ) { try ForcedRanks([entry], for: Array(shapes.dropFirst()), in: catalogue) }
        #expect(
            throws: JointRankError(.usage, "rank 1000 for layer '\(layer.name)': its full rank is \(layer.fullRank)")
        ) { try ranks("\(layer.name)=1000") }
        try #require(largest < layer.fullRank)
        #expect(
            throws: JointRankError(
                .usage, "rank \(largest + 1) for layer '\(layer.name)' saves nothing; the largest that does is \(largest)")
        ) { try ranks("\(layer.name)=\(largest + 1)") }
        #expect(try ranks("\(layer.name)=\(largest)") == [layer.name: largest])
    }
}
