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

    /// A layer all samples of which are alike.
    private func alike(first: [Float], fisher: [Float], samples: Int) -> ComponentSensitivities {
        var layer = ComponentSensitivities(componentCount: fisher.count)
        for _ in 0..<samples { layer.append(first: first, fisher: fisher, groups: 1) }
        return layer
    }

    /// With f = 1 kept, r = 1/4 removed and a slope g, the step is e = (f r - g) / (f² + damping 1.001 f²); without the gradient, g is left out.
    @Test("Without the gradient, the step only makes up for what is removed", arguments: [0.5, 10, 100])
    func withoutTheGradient(damping: Double) throws {
        for first: [Float] in [[0, 0], [0.125, 7], [-3, 0]] {
            let layer = alike(first: first, fisher: [1, 0.25], samples: 4)
            func scale(_ followsGradient: Bool) throws -> Double {
                try GateRefit([layer], ranks: [1], adjusted: [true], followsGradient: followsGradient).scales(damping: damping)[0][0]
            }
            #expect(try abs(scale(false) - (1 + 0.25 / (1 + 1.001 * damping))) < 1e-12)
            #expect(try abs(scale(true) - (1 + (0.25 - Double(first[0])) / (1 + 1.001 * damping))) < 1e-12)
        }
    }

    /// Two gates of one sample, f = 1 and 2, and r = 1/2 removed: with D the damped penalties, e = D⁻¹f r / (1 + f D⁻¹ f).
    @Test("Without the gradient, so it is with more gates than samples", arguments: [0.5, 10, 100])
    func withoutTheGradientOfFewSamples(damping: Double) throws {
        let layer = alike(first: [3, -1, 5], fisher: [1, 2, 0.5], samples: 1)
        let scales = try GateRefit([layer], ranks: [2], adjusted: [true], followsGradient: false).scales(damping: damping)[0]
        // Squares of 1 and 4, and a thousandth of their mean.
        let directions = [1 / (damping * 1.0025), 2 / (damping * 4.0025)]
        let rest = 0.5 / (1 + directions[0] + 2 * directions[1])
        for (scale, direction) in zip(scales, directions) { #expect(abs(scale - (1 + direction * rest)) < 1e-12) }
    }

    @Test("Without the gradient, where nothing is removed nothing is scaled", arguments: [2, 9])
    func nothingRemoved(samples: Int) throws {
        let layer = layer(samples: samples, components: 4, seed: 3)
        #expect(try GateRefit([layer], ranks: [4], adjusted: [true], followsGradient: false).scales(damping: 10) == [[1, 1, 1, 1]])
        #expect(try GateRefit([layer], ranks: [4], adjusted: [true]).scales(damping: 10) != [[1, 1, 1, 1]])
    }

    /// Mean squares of 1 and 1/16, 17/16 in all; by equal energies 17/32 each. Two components and four samples shrink by a third:
    /// 2/3 + 17/96 = 27/32 is what the damping goes by. What the samples say of the step itself stays as it is.
    @Test("The penalty goes by the shrunk curvature", arguments: [0.5, 10, 100])
    func shrunkPenalty(damping: Double) throws {
        let layer = alike(first: [0, 0], fisher: [1, 0.25], samples: 4).shrunk(towards: [1, 1])
        let scale = try GateRefit([layer], ranks: [1], adjusted: [true]).scales(damping: damping)[0][0]
        #expect(abs(scale - (1 + 0.25 / (1 + 1.001 * damping * 27 / 32))) < 1e-12)
    }
}

extension Double {
    fileprivate var magnitudeSquared: Double { self * self }
}
