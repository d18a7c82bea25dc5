internal import Calibration
internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank
internal import Search

/// Layers with their components in a basis.
struct BasisLayers {
    /// Those that gradients reach.
    var layers: [FactoredLayer]
    /// Why the others are out of reach, by name.
    var obstacles: [String: String]

    init(layers: [FactoredLayer], obstacles: [String: String]) {
        self.layers = layers
        self.obstacles = obstacles
    }

    /// Puts layers in a basis made of their second moments.
    ///
    /// - Parameter layers: given up, so that no layer is held in two bases for longer than it takes to make the other one.
    init(_ layers: consuming [FactoredLayer], in basis: Basis, _ sweep: StatisticsSweep, threads: Int) throws {
        let reached = layers.filter { sweep.statistics[$0.name] != nil }
        let expressed = try concurrentMap(count: reached.count, threads: threads) { index in
            let layer = reached[index]
            guard let statistics = sweep.statistics[layer.name] else {
                throw JointRankError(.internalError, "no statistics of layer '\(layer.name)'")
            }
            return try layer.expressed(in: basis, statistics)
        }
        self.init(layers: expressed, obstacles: sweep.obstacles)
    }

    var record: Record {
        get throws {
            var record = Record()
            try layers.write(to: &record)
            try record.note("obstacles", obstacles)
            return record
        }
    }

    /// - Parameter candidates: the layers that were looked at, in whatever scheme.
    init(_ record: StoredRecord, of candidates: [Layer]) throws {
        self.init(layers: try .read(record, among: candidates), obstacles: try record.note("obstacles"))
        // What a search starts from, and goes by.
        if let layer = layers.first(where: { !$0.isDense || $0.energies.count != $0.rank }) {
            throw record.damaged("it lacks components or energies of layer '\(layer.name)'")
        }
    }

    /// - Parameter layers: those that were looked at, as they were then.
    init(_ record: StoredRecord, of layers: [FactoredLayer]) throws {
        self.init(layers: try .read(record, among: layers), obstacles: try record.note("obstacles"))
    }
}
