internal import LowRank

extension ComponentSensitivities {
    /// Derivatives of several layers, under the layers' positions.
    static func record(of layers: [ComponentSensitivities]) throws -> Record {
        var record = Record()
        try record.note("components", layers.map(\.componentCount))
        for (index, layer) in layers.enumerated() {
            record.set("\(index).first", layer.first)
            record.set("\(index).fisher", layer.fisher)
        }
        return record
    }

    static func list(in record: StoredRecord) throws -> [ComponentSensitivities] {
        let counts: [Int] = try record.note("components")
        return try counts.enumerated().map { index, count in
            let (first, fisher): ([Float], [Float]) = (try record.elements("\(index).first"), try record.elements("\(index).fisher"))
            guard count >= 0, first.count == fisher.count, first.isEmpty || (count > 0 && first.count.isMultiple(of: count)) else {
                throw record.damaged("derivatives of layer \(index) are not whole samples")
            }
            var layer = ComponentSensitivities(componentCount: count)
            layer.append(first: first, fisher: fisher, groups: 1)
            return layer
        }
    }
}
