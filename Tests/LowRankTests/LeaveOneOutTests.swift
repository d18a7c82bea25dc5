import LinearAlgebra
import LowRank
import Testing

/// Networks whose loss is the quadratic model itself.
@Suite("The leave-one-out error of refitted gates")
struct LeaveOneOutTests {
    /// Deterministic pseudo-random numbers in (-1, 1).
    private func numbers(_ count: Int, seed: Int) -> [Float] {
        (0..<count).map { index in Float(2 * Double((index * 7919 + seed * 104_729) % 1009) / 1009 - 1) }
    }

    private func layer(samples: Int, components: Int, seed: Int, scale: Float = 1) -> ComponentSensitivities {
        var result = ComponentSensitivities(componentCount: components)
        result.append(
            first: numbers(samples * components, seed: seed).map { scale * $0 }, fisher: numbers(samples * components, seed: seed + 50),
            groups: 1)
        return result
    }

    /// The change of each sample's loss by the step of the others, one solution after the other.
    private func changes(
        _ layers: [ComponentSensitivities], ranks: [Int], damping: Double, followsGradient: Bool
    ) throws -> [Double] {
        let samples = layers[0].sampleCount
        let count = Double(samples)
        func row(_ sample: Int, _ values: (ComponentSensitivities) -> [Float]) -> [Double] {
            zip(layers, ranks).flatMap { layer, rank in
                (0..<rank).map { Double(values(layer)[sample * layer.componentCount + $0]) }
            }
        }
        let fisher = (0..<samples).map { row($0, \.fisher) }
        let first = (0..<samples).map { row($0, \.first).map { followsGradient ? $0 : 0 } }
        let removed = (0..<samples).map { sample in
            zip(layers, ranks).reduce(0.0) { sum, layer in
                (layer.1..<layer.0.componentCount).reduce(sum) { $0 - Double(layer.0.fisher[sample * layer.0.componentCount + $1]) }
            }
        }
        let gates = fisher[0].count
        let squares = (0..<gates).map { gate in fisher.reduce(0) { $0 + $1[gate] * $1[gate] } / count }
        let penalty = squares.map { $0 + 1e-3 * squares.reduce(0, +) / Double(gates) }
        return try (0..<samples).map { left in
            let others = (0..<samples).filter { $0 != left }
            var system = [Double](repeating: 0, count: gates * gates)
            var right = [Double](repeating: 0, count: gates)
            for sample in others {
                for a in 0..<gates {
                    right[a] -= (first[sample][a] + fisher[sample][a] * removed[sample]) / count
                    for b in 0..<gates { system[a * gates + b] += fisher[sample][a] * fisher[sample][b] / count }
                }
            }
            for gate in 0..<gates { system[gate * gates + gate] += damping * penalty[gate] }
            let step = try Matrix(rows: gates, columns: gates, elements: system).solvePositiveDefinite(right)
            let moved = zip(fisher[left], step).reduce(0) { $0 + $1.0 * $1.1 }
            let linear = zip(first[left], step).reduce(0) { $0 + $1.0 * $1.1 }
            let (before, after) = (removed[left], removed[left] + moved)
            return linear + (after * after - before * before) / 2
        }
    }

    /// More samples than gates, and fewer; with what is removed, and without.
    @Test(
        "is what leaving out one sample after the other gives",
        arguments: [(40, [4, 9]), (40, [6, 9]), (8, [4, 9]), (8, [6, 9]), (13, [4, 9])], [0.5, 10.0])
    func closedForm(network: (samples: Int, ranks: [Int]), damping: Double) throws {
        let layers = [
            layer(samples: network.samples, components: 6, seed: 1), layer(samples: network.samples, components: 9, seed: 2),
        ]
        for followsGradient in [true, false] {
            let refit = try GateRefit(layers, ranks: network.ranks, adjusted: [true, true], followsGradient: followsGradient)
            let found = try #require(try refit.leaveOneOut()).changes(damping: damping)
            let expected = try changes(layers, ranks: network.ranks, damping: damping, followsGradient: followsGradient)
            let largest = try #require(expected.map(abs).max())
            for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-9 * max(1, largest)) }
        }
    }

    private func best(first: [Float]) throws -> [Double] {
        var layer = ComponentSensitivities(componentCount: 1)
        layer.append(first: first, fisher: first.map { _ in 1 }, groups: 1)
        return try #require(try GateRefit([layer], ranks: [1], adjusted: [true]).leaveOneOut()).best(of: GateRefit.dampings)
    }

    @Test("prefers weak damping where samples agree, stronger ones where they nearly do, and no step where they contradict each other")
    func best() throws {
        #expect(try best(first: [-1, -1, -1, -1]) == [10])
        let mixed = try best(first: (0..<10).map { $0 % 2 == 0 ? -7.91 : 3.91 })
        #expect(mixed.count == 2 && mixed[0] > mixed[1])
        #expect(try best(first: [-1, 1, -1, 1.1]) == [])
    }

    @Test("does not exist where there is nothing to scale, or one sample")
    func nothing() throws {
        let layers = [layer(samples: 8, components: 4, seed: 1)]
        #expect(try GateRefit(layers, ranks: [2], adjusted: [false]).leaveOneOut().map { _ in } == nil)
        #expect(try GateRefit([layer(samples: 1, components: 4, seed: 1)], ranks: [2], adjusted: [true]).leaveOneOut().map { _ in } == nil)
    }
}
