internal import Files
internal import Foundation

extension Model {
    /// Writes the model's bytes: those that it was read from, as long as it was not changed.
    ///
    /// - Throws: ``ModelError/tooLarge`` above 2 GiB, before anything is written.
    func write(to file: inout OutputFile) throws(ModelError) {
        switch source {
        case .proto: try write(proto, to: &file)
        case .bytes(let bytes): try ModelError.writing(file.write(bytes))
        case .origin(let byteCount): try copyOrigin(byteCount, to: &file)
        }
    }

    /// Writes a message, with the weights that were left in the model's own file in their old place, `raw_data`.
    ///
    /// - Throws: ``ModelError/tooLarge`` above 2 GiB, before anything is written.
    func write(_ proto: ModelProto, to file: inout OutputFile) throws(ModelError) {
        guard hasWeightsInOrigin else {
            let bytes = try proto.encoded()
            return try ModelError.writing(file.write(bytes))
        }
        var (rest, graph, head) = (proto, proto.graph, Data())
        rest.clearGraph()
        graph.initializer = []
        head.append(try rest.encoded())
        let body = try graph.encoded()
        var sizes: [Int] = []
        for tensor in proto.graph.initializer { sizes.append(try piece(of: tensor).byteCount) }
        let length = sizes.reduce(body.count, +)
        guard head.count + length < Int32.max - 16 else { throw .tooLarge }
        head.append(varint: ModelProto.graphField << 3 | 2)
        head.append(varint: UInt64(length))
        try ModelError.writing(file.write(head + body))
        for tensor in proto.graph.initializer {
            let piece = try piece(of: tensor)
            try ModelError.writing(file.write(piece.head))
            if let weight = piece.weight { try weight.copy(to: &file, in: files) }
        }
    }

    /// One initializer as a field of the graph.
    private struct Piece {
        let head: Data
        /// What comes after it.
        let weight: ExternalData?

        var byteCount: Int { head.count + (weight?.byteCount ?? 0) }
    }

    private func piece(of tensor: TensorProto) throws(ModelError) -> Piece {
        let weight = tensor.isInOwnFile ? try ExternalData(tensor) : nil
        var message = Data()
        if let weight {
            var bare = tensor
            bare.externalData = []
            bare.clearDataLocation()
            message = try bare.encoded()
            message.append(varint: TensorProto.rawDataField << 3 | 2)
            message.append(varint: UInt64(weight.byteCount))
        } else {
            message = try tensor.encoded()
        }
        var head = Data()
        head.append(varint: GraphProto.initializerField << 3 | 2)
        head.append(varint: UInt64(message.count + (weight?.byteCount ?? 0)))
        return Piece(head: head + message, weight: weight)
    }

    private func copyOrigin(_ byteCount: Int, to file: inout OutputFile) throws(ModelError) {
        guard let origin else { return }
        let input = try ModelError.reading(RegularFile(origin.path))
        guard input.status.identity == origin.identity, input.byteCount == byteCount else {
            throw .unreadable(path: origin.path, reason: "it is another file than before")
        }
        let step = 1 << 22
        for start in stride(from: 0, to: byteCount, by: step) {
            let piece = try ModelError.reading(input.contents(start..<min(start + step, byteCount)))
            try ModelError.writing(file.write(piece))
        }
    }
}

extension ModelProto {
    static let graphField: UInt64 = 7
}

extension GraphProto {
    static let initializerField: UInt64 = 5
}

extension TensorProto {
    static let dataTypeField: UInt64 = 2
    static let rawDataField: UInt64 = 9
    static let externalDataField: UInt64 = 13
    static let dataLocationField: UInt64 = 14
}

extension ExternalData {
    /// Copies the bytes to the end of a file, piece by piece.
    func copy(to file: inout OutputFile, in files: TensorFiles) throws(ModelError) {
        let source = try open(in: files)
        let step = 1 << 22
        for start in stride(from: 0, to: byteCount, by: step) {
            let piece = try source.bytes(start, count: min(step, byteCount - start))
            try ModelError.writing(file.write(piece))
        }
    }
}
