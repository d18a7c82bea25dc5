internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank
internal import Tensors

extension FactoredLayers {
    /// Puts the layers' factors into a record, under the positions of layer and group, and the layers' names beside them.
    func write(to record: inout Record) throws {
        try record.note("layers", layers.map(\.name))
        try record.note("schemes", layers.map(\.scheme.rawValue))
        for (index, layer) in layers.enumerated() {
            for (group, pair) in pairs[index].enumerated() {
                let isSingle = layer.elementType != .float64
                record.set(
                    "\(index).\(group).first", rows: pair.rank, columns: pair.columns, isSinglePrecision: isSingle
                ) { pair.first }
                record.set(
                    "\(index).\(group).second", rows: pair.rows, columns: pair.rank, isSinglePrecision: isSingle
                ) { pair.second }
                guard !channelMetrics[index].isEmpty else { continue }
                let metric = channelMetrics[index][group]
                record.set("\(index).\(group).metric", rows: metric.rows, columns: metric.columns) { metric }
            }
        }
    }

    /// The layers of a record, each in the scheme that it was factored in.
    ///
    /// - Parameters:
    ///   - candidates: all that may be meant, in whatever scheme.
    ///   - isOnDisk: whether factors wait on the disk; nil where the candidates say that, being all layers.
    init(_ record: StoredRecord, among candidates: [Layer], onDisk isOnDisk: Bool? = nil) throws {
        let (names, schemes): ([String], [String]) = (try record.note("layers"), try record.note("schemes"))
        let known = Dictionary(candidates.map { ($0.name, $0) }) { first, _ in first }
        guard names.count == schemes.count else { throw record.damaged("it has \(names.count) layers and \(schemes.count) schemes") }
        let layers = try zip(names, schemes).map { name, scheme in
            guard let layer = FactorizationScheme(rawValue: scheme).flatMap({ known[name]?.viewed(as: $0) }) else {
                throw record.damaged("there is no layer '\(name)' that can be factored by the scheme '\(scheme)'")
            }
            return layer
        }
        try self.init(record, layers: layers, onDisk: isOnDisk ?? FactoredLayers.areLarge(candidates))
    }

    /// - Parameter layers: those that the record was made of.
    init(_ record: StoredRecord, layers: [Layer], onDisk isOnDisk: Bool) throws {
        guard try record.note("layers") == layers.map(\.name) else { throw record.damaged("it is about other layers") }
        var (pairs, metrics): ([[FactorPair]], [[Matrix]]) = ([], [])
        for (index, layer) in layers.enumerated() {
            let groups = 0..<layer.groups
            let own = try groups.map { group in
                let pair = FactorPair(
                    first: try record.matrix("\(index).\(group).first"), second: try record.matrix("\(index).\(group).second"))
                guard pair.isProduct, pair.columns == layer.columns, pair.rows == layer.rows else {
                    throw record.damaged("the factors of layer '\(layer.name)' do not fit it")
                }
                return try pair.kept(for: layer, onDisk: isOnDisk)
            }
            guard Set(own.map(\.rank)).count <= 1 else { throw record.damaged("the groups of layer '\(layer.name)' differ in rank") }
            pairs.append(own)
            metrics.append(
                record.contains("\(index).0.metric") ? try groups.map { try record.matrix("\(index).\($0).metric") } : [])
        }
        self.init(layers: layers, pairs: pairs, channelMetrics: metrics, onDisk: isOnDisk)
    }
}
