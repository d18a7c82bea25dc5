import LowRank
import Search
import Testing

/// The network that other tests rely on is what it says of itself.
@Suite("A network whose losses are known in closed form")
struct ExactNetworkTests {
    /// A network as it stands in the middle of a search: some components gone, others scaled.
    private func state(of network: ExactNetwork) throws -> [FactoredLayer] {
        try network.layers.keeping(
            [[0, 2, 5], [1, 2, 3, 7], Array(0..<5)], scales: [[1.5, 0.5, 1], [1, 1, 2, 0.75], [1, 1, 1, 1, 1]])
    }

    /// The layers with one component's gate elsewhere than at 1.
    private func gate(_ layers: [FactoredLayer], layer: Int, component: Int, to value: Double) throws -> [FactoredLayer] {
        var layers = layers
        let scales = (0..<layers[layer].rank).map { $0 == component ? value : 1 }
        layers[layer] = try layers[layer].keeping(0..<layers[layer].rank, scales: scales)
        return layers
    }

    /// Losses are quadratic in a gate: central differences have no error but rounding, of about 1e-16 / step, and the gates are float32.
    @Test("Gates are the derivatives of the losses, and their squares the curvatures")
    func derivatives() throws {
        let network = try ExactNetwork.arbitrary(seed: 1, samples: 6, change: 1)
        let step = 0.25
        for state in [network.layers, try state(of: network)] {
            let losses = try network.losses(of: state).losses
            for (layer, gates) in try network.sensitivities(of: state, at: .stage(0), towards: .labels).enumerated() {
                for component in 0..<gates.componentCount {
                    let more = try network.losses(of: gate(state, layer: layer, component: component, to: 1 + step)).losses
                    let less = try network.losses(of: gate(state, layer: layer, component: component, to: 1 - step)).losses
                    for sample in losses.indices {
                        let (c, f) = (
                            Double(gates.first[sample * gates.componentCount + component]),
                            Double(gates.fisher[sample * gates.componentCount + component])
                        )
                        #expect(abs((more[sample] - less[sample]) / (2 * step) - c) < 1e-6 * max(1, abs(c)))
                        let curvature = (more[sample] + less[sample] - 2 * losses[sample]) / (step * step)
                        #expect(abs(curvature - f * f) < 1e-6 * max(1, f * f))
                    }
                }
            }
        }
    }

    @Test("As it is, the network has the original's losses", arguments: Basis.allCases)
    func unchanged(basis: Basis) throws {
        let network = try ExactNetwork.arbitrary(seed: 2)
        let layers = try network.expressed(network.layers, in: basis)
        #expect(layers.ranks == [6, 8, 5])
        // The basis changes factors by rounding alone.
        for (after, before) in zip(try network.losses(of: layers).losses, network.original.losses) { #expect(abs(after - before) < 1e-12) }
    }

    @Test("Made from gates, it has these, and its losses are what they say")
    func gates() throws {
        let network = try ExactNetwork.gated([
            [.init([0.5, 0.25], first: [0.125, -0.5])],
            [.init([1, -0.25], first: [0, 0.25])],
        ])
        let gates = try network.sensitivities(of: network.layers, at: .stage(0), towards: .labels)[0]
        #expect(gates.fisher == [0.5, 0.25, 1, -0.25])
        #expect(gates.first == [0.125, -0.5, 0, 0.25])
        let losses = try network.losses(of: network.layers.keeping([[0]])).losses
        #expect(zip(losses, network.original.losses).map { $0 - $1 } == [0.5 + 0.03125, -0.25 + 0.03125])
        #expect(network.layers[0].costs.byRank == [.infinity, 3, 4])
    }
}
