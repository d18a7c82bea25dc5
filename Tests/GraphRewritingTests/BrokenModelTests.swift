import Foundation
import LinearAlgebra
import LowRank
import ONNXModel
import Testing

@testable import GraphRewriting

/// Whatever a file says, the answer is a catalogue, a rewritten model or an error.
@Suite("Broken models")
struct BrokenModelTests {
    @Test("Changed bytes never trap")
    func changedBytesNeverTrap() throws {
        var random = SplitMix(seed: 17)
        var treatable = 0
        var refused = 0
        for testCase in AwkwardModel.all.enumerated().filter({ $0.offset % 12 == 0 }).map(\.element) {
            let bytes = try testCase.model.serialized()
            for _ in 0..<60 {
                var changed = bytes
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    changed[Int.random(in: changed.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
                }
                guard let model = try? Model(serialized: changed, folder: nil) else { continue }
                let catalogue = LayerCatalogue(model: model)
                _ = ComputeCost(model: model, types: GraphIndex(model).declaredTypes)
                for layer in catalogue.layers {
                    treatable += 1
                    do {
                        let pairs = try layer.matrices(in: model).map { try FactorPair($0.thinSVD(), rank: 1) }
                        _ = try Rewriting.apply([layer.name: LayerFactors(pairs: pairs)], to: model)
                    } catch {
                        refused += 1
                    }
                }
            }
        }
        // Some changes hit what makes a layer, some do not.
        #expect(treatable > 100 && refused > 0 && refused < treatable, "\(refused) of \(treatable)")
    }
}
