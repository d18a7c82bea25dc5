import LinearAlgebra
import LowRank
import Testing

@Suite("Refitted gates")
struct GateRefitTests {
    /// Deterministic pseudo-random numbers in (-1, 1).
    private func numbers(_ count: Int, seed: Int) -> [Float] {
        (0..<count).map { index in
            let phase = Double((index * 7919 + seed * 104_729) % 1009) / 1009
            return Float(2 * phase - 1)
        }
    }

    private func layer(samples: Int, components: Int, seed: Int) -> ComponentSensitivities {
        var result = ComponentSensitivities(componentCount: components)
        result.append(first: numbers(samples * components, seed: seed), fisher: numbers(samples * components, seed: seed + 50), groups: 1)
        return result
    }

    /// The objective that the step is said to minimise, computed directly.
    private func objective(_ layers: [ComponentSensitivities], ranks: [Int], damping: Double, scales: [[Double]]) -> Double {
        let samples = layers[0].sampleCount
        var value = 0.0
        var squares: [Double] = []
        for (layer, rank) in zip(layers, ranks) {
            for component in 0..<rank {
                squares.append(
                    (0..<samples).reduce(0) { $0 + Double(layer.fisher[$1 * layer.componentCount + component]).magnitudeSquared }
                        / Double(samples))
            }
        }
        let floor = 1e-3 * squares.reduce(0, +) / Double(squares.count)
        for sample in 0..<samples {
            var residual = 0.0
            for (index, layer) in layers.enumerated() {
                for component in 0..<layer.componentCount {
                    let position = sample * layer.componentCount + component
                    let change = component < ranks[index] ? scales[index][component] - 1 : -1
                    residual += Double(layer.fisher[position]) * change
                    if component < ranks[index] { value += Double(layer.first[position]) * change / Double(samples) }
                }
            }
            value += residual * residual / Double(2 * samples)
        }
        let changes = zip(ranks, scales).flatMap { rank, scales in (0..<rank).map { scales[$0] - 1 } }
        return value + damping / 2 * zip(squares, changes).reduce(0) { $0 + ($1.0 + floor) * $1.1 * $1.1 }
    }

    /// Both ways of solving: more samples than gates, and fewer.
    @Test("The step minimises the objective", arguments: [(40, 0.5), (40, 10), (5, 0.5), (5, 10)])
    func theStepMinimisesTheObjective(samples: Int, damping: Double) throws {
        let layers = [layer(samples: samples, components: 6, seed: 1), layer(samples: samples, components: 9, seed: 2)]
        let ranks = [4, 9]
        let scales = try GateRefit(layers, ranks: ranks, adjusted: [true, true]).scales(damping: damping)
        let lowest = objective(layers, ranks: ranks, damping: damping, scales: scales)
        for index in 0..<2 {
            for component in 0..<ranks[index] {
                for change in [-1e-3, 1e-3] {
                    var other = scales
                    other[index][component] += change
                    #expect(objective(layers, ranks: ranks, damping: damping, scales: other) > lowest)
                }
            }
        }
    }

    @Test("Layers that are not adjusted stay as they are")
    func layersThatAreNotAdjustedStayAsTheyAre() throws {
        let layers = [layer(samples: 20, components: 6, seed: 1), layer(samples: 20, components: 3, seed: 2)]
        let scales = try GateRefit(layers, ranks: [4, 3], adjusted: [true, false]).scales(damping: 1)
        #expect(scales[1] == [1, 1, 1])
        #expect(scales[0].contains { $0 != 1 })
    }

    @Test("Strong damping changes nothing")
    func strongDampingChangesNothing() throws {
        let layers = [layer(samples: 20, components: 6, seed: 1)]
        let scales = try GateRefit(layers, ranks: [4], adjusted: [true]).scales(damping: 1e12)
        for scale in scales[0] { #expect(abs(scale - 1) < 1e-9) }
    }
}

extension Double {
    fileprivate var magnitudeSquared: Double { self * self }
}
