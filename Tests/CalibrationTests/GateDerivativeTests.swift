import Calibration
import GraphRewriting
import LowRank
import Testing

@Suite("First-order gates")
struct GateDerivativeTests {
    /// The loss is computed by a float32 network, so that its relative error is some 1e-7 and that of a difference over h some 1e-7 / h.
    /// Smooth losses take the four-point formula at h = 1/16, whose truncation error h⁴/30 · l⁽⁵⁾ is as small as that. With kinks,
    /// every step across one costs an error of its own, so two points close by are taken, h = 1/256, and a larger tolerance.
    @Test("equal differences of each sample's loss when a component is scaled", arguments: ProbeCase.all)
    func centralDifferences(_ probeCase: ProbeCase) throws {
        let result = try probeCase.probe(samples: 5)
        #expect(result.probe.obstacles.isEmpty)
        #expect(result.probe.layers.count == LayerCatalogue(model: probeCase.network).layers.count)
        for (layer, sensitivities) in zip(result.probe.layers, result.sweep.sensitivities) {
            let largest = sensitivities.first.map { Double($0.magnitude) }.max() ?? 0
            #expect(largest > 1e-3, "layer \(layer.name) hardly matters")
            let tolerance = (probeCase.hasKinks ? 1e-2 : 3e-4) * largest
            for component in 0..<sensitivities.componentCount {
                func losses(_ change: Double) throws -> [Double] {
                    try probeCase.losses(scaling: component, of: layer.name, by: 1 + change, in: result)
                }
                let step = probeCase.hasKinks ? 1.0 / 256 : 1.0 / 16
                let near = try zip(losses(step), losses(-step)).map { ($0 - $1) / (2 * step) }
                let differences =
                    probeCase.hasKinks
                    ? near
                    : try zip(near, zip(losses(2 * step), losses(-2 * step)).map { ($0 - $1) / (4 * step) }).map { (4 * $0 - $1) / 3 }
                for (sample, difference) in differences.enumerated() {
                    let gate = Double(sensitivities.first[sample * sensitivities.componentCount + component])
                    #expect(abs(gate - difference) <= tolerance, "layer \(layer.name), component \(component), sample \(sample)")
                }
            }
        }
    }

    @Test("The sweep's losses are those of the original model")
    func baseline() throws {
        for probeCase in ProbeCase.all {
            let result = try probeCase.probe(samples: 5)
            let layer = try #require(result.probe.layers.first)
            let losses = try probeCase.losses(scaling: 0, of: layer.name, by: 1, in: result)
            for (a, b) in zip(result.sweep.baseline.losses, losses) { #expect(abs(a - b) <= 1e-5 * max(1, b)) }
        }
    }

    @Test("There are cases at all")
    func cases() {
        #expect(ProbeCase.all.count == 21)
    }
}
