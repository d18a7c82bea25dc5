internal import Calibration
internal import GraphRewriting
internal import LowRank

/// Layers with their components in a basis.
struct Expressed {
    /// Those that gradients reach.
    let layers: FactoredLayers
    /// Squared singular values, by layer and component.
    let energies: [[Double]]
    /// Why the others are out of reach, by name.
    let obstacles: [String: String]

    init(layers: FactoredLayers, energies: [[Double]], obstacles: [String: String]) {
        self.layers = layers
        self.energies = energies
        self.obstacles = obstacles
    }

    /// Puts layers in a basis made of their second moments.
    ///
    /// - Parameter layers: given up, so that no layer is held in two bases for longer than a block.
    init(_ layers: consuming FactoredLayers, in basis: Basis, _ sweep: StatisticsSweep, threads: Int) throws {
        var layers = layers
        var energies: [String: [Double]] = [:]
        try layers.express(in: basis, sweep.statistics, threads: threads) { energies[$0] = $1 }
        let reached = layers.restricted(to: Set(energies.keys))
        self.init(layers: reached, energies: reached.layers.map { energies[$0.name] ?? [] }, obstacles: sweep.obstacles)
    }

    var record: Record {
        get throws {
            var record = Record()
            try layers.write(to: &record)
            for (index, squares) in energies.enumerated() { record.set("\(index).energies", squares) }
            try record.note("obstacles", obstacles)
            return record
        }
    }

    /// - Parameters:
    ///   - candidates: the layers that were looked at, in whatever scheme.
    ///   - isOnDisk: see ``FactoredLayers/init(_:among:onDisk:)``.
    init(_ record: StoredRecord, of candidates: [Layer], onDisk isOnDisk: Bool? = nil) throws {
        let layers = try FactoredLayers(record, among: candidates, onDisk: isOnDisk)
        self.init(
            layers: layers, energies: try layers.layers.indices.map { try record.elements("\($0).energies") },
            obstacles: try record.note("obstacles"))
    }
}
