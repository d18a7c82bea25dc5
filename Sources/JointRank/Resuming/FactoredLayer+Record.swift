internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank
internal import Search
internal import Tensors

extension [FactoredLayer] {
    /// Puts the layers' factors into a record, under the positions of layer and group, and the layers' names beside them.
    func write(to record: inout Record) throws {
        try record.note("layers", map(\.name))
        try record.note("schemes", map(\.shape.scheme.rawValue))
        for (index, layer) in enumerated() {
            record.set("\(index).energies", layer.energies)
            for (group, pair) in layer.pairs.enumerated() {
                let isSingle = layer.storage != .double
                record.set(
                    "\(index).\(group).first", rows: pair.rank, columns: pair.columns, isSinglePrecision: isSingle
                ) { pair.first }
                record.set(
                    "\(index).\(group).second", rows: pair.rows, columns: pair.rank, isSinglePrecision: isSingle
                ) { pair.second }
                guard !layer.channelMetrics.isEmpty else { continue }
                let metric = layer.channelMetrics[group]
                record.set("\(index).\(group).metric", rows: metric.rows, columns: metric.columns) { metric }
            }
        }
    }

    /// The layers of a record, each in the scheme that it was factored in.
    ///
    /// - Parameter candidates: all that may be meant, in whatever scheme.
    static func read(_ record: StoredRecord, among candidates: [Layer]) throws -> [FactoredLayer] {
        let (names, schemes): ([String], [String]) = (try record.note("layers"), try record.note("schemes"))
        let known = Dictionary(candidates.map { ($0.name, $0) }) { first, _ in first }
        guard names.count == schemes.count else { throw record.damaged("it has \(names.count) layers and \(schemes.count) schemes") }
        let areLarge = candidates.areLarge
        return try zip(names, schemes).enumerated().map { index, entry in
            let (name, scheme) = entry
            guard let layer = FactorizationScheme(rawValue: scheme).flatMap({ known[name]?.viewed(as: $0) }) else {
                throw record.damaged("there is no layer '\(name)' that can be factored by the scheme '\(scheme)'")
            }
            let (pairs, metrics) = try record.factors(of: layer.shape, at: index)
            return try FactoredLayer(
                layer.shape, pairs: pairs, channelMetrics: metrics, energies: try record.energies(at: index) ?? [],
                storage: layer.storage(areLarge: areLarge))
        }
    }

    /// Some of the given layers, with the factors that a record holds of them.
    static func read(_ record: StoredRecord, among layers: [FactoredLayer]) throws -> [FactoredLayer] {
        let names: [String] = try record.note("layers")
        let known = Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0) })
        return try names.enumerated().map { index, name in
            guard let layer = known[name] else { throw record.damaged("it is about other layers") }
            let (pairs, metrics) = try record.factors(of: layer.shape, at: index)
            return try layer.replacing(pairs: pairs, channelMetrics: metrics, energies: try record.energies(at: index))
        }
    }
}

extension StoredRecord {
    /// The factors of the layer at a position, and the metrics on its input channels.
    fileprivate func factors(of shape: LayerShape, at index: Int) throws -> (pairs: [FactorPair], channelMetrics: [Matrix]) {
        let groups = 0..<shape.groups
        let pairs = try groups.map { group in
            let pair = FactorPair(first: try matrix("\(index).\(group).first"), second: try matrix("\(index).\(group).second"))
            guard pair.isProduct, pair.columns == shape.columns, pair.rows == shape.rows else {
                throw damaged("the factors of layer '\(shape.name)' do not fit it")
            }
            return pair
        }
        guard Set(pairs.map(\.rank)).count <= 1 else { throw damaged("the groups of layer '\(shape.name)' differ in rank") }
        return (pairs, contains("\(index).0.metric") ? try groups.map { try matrix("\(index).\($0).metric") } : [])
    }

    /// The squared singular values of the layer at a position; nil where the record has none.
    fileprivate func energies(at index: Int) throws -> [Double]? {
        contains("\(index).energies") ? try elements("\(index).energies") : nil
    }
}
