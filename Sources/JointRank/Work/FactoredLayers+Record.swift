internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank
internal import Tensors

extension FactoredLayers {
    /// Puts the layers' factors into a record, under the positions of layer and group, and the layers' names beside them.
    func write(to record: inout Record) throws {
        try record.note("layers", layers.map(\.name))
        for (index, layer) in layers.enumerated() {
            for (group, pair) in pairs[index].enumerated() {
                let isSingle = layer.elementType != .float64
                try record.set("\(index).\(group).first", pair.first, isSinglePrecision: isSingle)
                try record.set("\(index).\(group).second", pair.second, isSinglePrecision: isSingle)
                if !channelMetrics[index].isEmpty { try record.set("\(index).\(group).metric", channelMetrics[index][group]) }
            }
        }
    }

    /// - Parameter layers: those that the record was made of.
    init(_ record: StoredRecord, layers: [Layer]) throws {
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
                return layer.elementType == .float64 ? pair : pair.inSinglePrecision
            }
            guard Set(own.map(\.rank)).count <= 1 else { throw record.damaged("the groups of layer '\(layer.name)' differ in rank") }
            pairs.append(own)
            metrics.append(
                record.contains("\(index).0.metric") ? try groups.map { try record.matrix("\(index).\($0).metric") } : [])
        }
        self.init(layers: layers, pairs: pairs, channelMetrics: metrics)
    }
}
