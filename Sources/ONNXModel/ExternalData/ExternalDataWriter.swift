internal import Files

/// Collects tensors' bytes in one file and describes in the tensors where they are now.
struct ExternalDataWriter: ~Copyable {
    var file: OutputFile
    /// The file's name, which is its path relative to the model beside it.
    private let location: String
    /// Where the tensors' present external data lies.
    private let files: TensorFiles
    /// Stored tensors of at least this many bytes move out of the model.
    private let inlineLimit: Int
    /// Where pieces that several tensors share were written.
    private var offsets: [ExternalData.Range: Int] = [:]

    init(path: String, files: TensorFiles, inlineLimit: Int) throws(ModelError) {
        file = try ModelError.writing(OutputFile(path))
        location = path.nameOfPath
        self.files = files
        self.inlineLimit = inlineLimit
    }

    /// Writes a tensor's elements and returns the tensor that points to them; nil where they stay in the model.
    mutating func moved(_ tensor: TensorProto) throws(ModelError) -> TensorProto? {
        if tensor.isExternal {
            let data = try ExternalData(tensor)
            guard !tensor.isInOwnFile || data.byteCount >= inlineLimit else { return nil }
            let offset: Int
            if let written = offsets[data.range] {
                offset = written
            } else {
                offset = try copy(data)
                offsets[data.range] = offset
            }
            return described(tensor, offset: offset, length: data.byteCount)
        }
        guard tensor.rawData.count >= inlineLimit else { return nil }
        let offset = try begin(tensor.rawData.count)
        try ModelError.writing(file.write(tensor.rawData))
        var moved = tensor
        moved.clearRawData()
        moved.dataLocation = .external
        return described(moved, offset: offset, length: tensor.rawData.count)
    }

    /// Aligns for the next tensor: large ones to pages, so that a runtime can map them.
    private mutating func begin(_ byteCount: Int) throws(ModelError) -> Int {
        try ModelError.writing(file.pad(to: byteCount >= 1 << 16 ? 4096 : 64))
        return file.byteCount
    }

    /// Copies external data.
    private mutating func copy(_ data: ExternalData) throws(ModelError) -> Int {
        let offset = try begin(data.byteCount)
        try data.copy(to: &file, in: files)
        return offset
    }

    /// The tensor with a new place for its data; other entries, such as a checksum, stay.
    private func described(_ tensor: TensorProto, offset: Int, length: Int) -> TensorProto {
        var tensor = tensor
        for (key, value) in [("location", location), ("offset", "\(offset)"), ("length", "\(length)")] {
            tensor.externalData.set(key, to: value)
        }
        return tensor
    }
}
