import GraphRewriting
import LowRank
import OnnxRuntimeEngine
import Search
import TestSupport
import Testing

@testable import JointRank

@Suite("Layers by blocks, within a limit of memory", .enabled(if: (try? Runtime.shared()) != nil, "ONNX Runtime is not there"))
struct MemoryBudgetTests {
    private let workspace: Workspace
    private let options: CompressionOptions
    private let model: LoadedModel

    init() throws {
        workspace = try Workspace(samples: 80)
        options = CompressionOptions(
            model: workspace.folder.path("model.onnx"), calibration: workspace.folder.path("data.npz"), output: "", mode: .lossless,
            threads: 1)
        model = try LoadedModel(path: options.model, threads: 1)
    }

    private func calibrator(_ budget: MemoryBudget) throws -> Calibrator {
        let run = Run(options, nil)
        return try Calibrator(model, split: SampleSplit.reading(for: model, run), budget: budget, run)
    }

    private func layers(_ calibrator: Calibrator) throws -> [FactoredLayer] {
        try .read(calibrator.catalogue.layers, of: model.runnable, threads: 1)
    }

    /// The smallest limit under which no layer is too much.
    private func smallestLimit(_ layers: [FactoredLayer], _ purpose: MemoryBudget.Purpose) -> Int {
        var (tooSmall, enough) = (-1, 1 << 24)
        while enough - tooSmall > 1 {
            let middle = (tooSmall + enough) / 2
            if (try? MemoryBudget(limit: middle).blocks(of: layers, for: purpose)) != nil { enough = middle } else { tooSmall = middle }
        }
        return enough
    }

    @Test("Blocks are all layers in order, as many at a time as fit")
    func blocks() throws {
        let layers = try layers(calibrator(MemoryBudget(limit: nil)))
        let count = layers.count
        #expect(try MemoryBudget(limit: nil).blocks(of: layers, for: .statistics) == [0..<count])
        #expect(try MemoryBudget(limit: 1 << 30).blocks(of: layers, for: .statistics) == [0..<count])
        let least = smallestLimit(layers, .statistics)
        var fewer = count
        for limit in [least, least + least / 4, 2 * least, 4 * least] {
            let blocks = try MemoryBudget(limit: limit).blocks(of: layers, for: .statistics)
            #expect(blocks.flatMap { $0 } == Array(0..<count))
            #expect(blocks.count <= fewer)
            fewer = blocks.count
        }
        #expect(fewer == 1)
        #expect(try MemoryBudget(limit: least).blocks(of: layers, for: .statistics).count > 1)
        #expect(throws: JointRankError.self) { try MemoryBudget(limit: least - 1).blocks(of: layers, for: .statistics) }
    }

    @Test("Statistics and gates are those of all layers at once", arguments: Basis.allCases)
    func same(basis: Basis) throws {
        let whole = try calibrator(MemoryBudget(limit: nil))
        let start = try layers(whole)
        let parts = try calibrator(MemoryBudget(limit: smallestLimit(start, .statistics)))
        let (one, many) = (try whole.expressed(start, in: basis), try parts.expressed(start, in: basis))
        #expect(one.layers.map(\.shape) == many.layers.map(\.shape))
        for (first, second) in zip(one.layers.map(\.energies), many.layers.map(\.energies)) {
            for (a, b) in zip(first, second) { #expect(abs(a - b) <= 1e-4 * (first.first ?? 0)) }
        }
        // In later stages other layers are cut already.
        let cut = try one.layers.keeping(one.layers.ranks.map { Array(0..<($0 + 1) / 2) })
        let limit = smallestLimit(cut, .gates(samples: 40))
        let divided = try calibrator(MemoryBudget(limit: limit))
        #expect(try MemoryBudget(limit: limit).blocks(of: cut, for: .gates(samples: 40)).count > 1)
        let gates = try [whole, divided].map { try $0.sensitivities(of: cut, at: .stage(0), towards: .labels) }
        for (first, second) in zip(gates[0], gates[1]) {
            let scale = first.fisher.map(\.magnitude).max() ?? 0
            #expect(first.fisher.count == second.fisher.count)
            for (a, b) in zip(first.fisher, second.fisher) { #expect(abs(a - b) <= 1e-3 * scale) }
        }
    }

    @Test("A limit that is too small is refused with what is needed, and one that is large changes nothing")
    func command() throws {
        try workspace.expectFailure(
            compressing: "--method", "balf", "--mode", "lossless", "--keep-params", "0.5", "--memory-limit", "1KiB", exitCode: 64,
            "--memory-limit 1.0 KiB: layer 'conv1' asks for about ")
        try workspace.expectFailure(compressing: "--memory-limit", "much", exitCode: 64, "'much' is invalid for '--memory-limit")
        try workspace.expectFailure(compressing: "--memory-limit", "0", exitCode: 64, "'0' is invalid for '--memory-limit")
        _ = try workspace.report("--mode", "lossless", "--keep-params", "0.5")
        let free = try workspace.folder.read("small.onnx")
        _ = try workspace.report("--mode", "lossless", "--keep-params", "0.5", "--memory-limit", "64 GiB", "-o", "limited.onnx")
        #expect(try workspace.folder.read("limited.onnx") == free)
    }
}
