internal import Files
internal import Foundation

/// Where a tensor's elements lie outside the model: a path below the model's folder and a range of bytes.
///
/// Everything here comes from the model and is not to be trusted; see ``ContainedFile`` for what keeps the path inside the folder.
struct ExternalData: Sendable {
    /// A piece of a file, which several tensors may share.
    struct Range: Sendable, Hashable {
        let location: String
        let offset: Int
        let byteCount: Int
    }

    /// The name of the tensor, for messages.
    let tensor: String
    let location: String
    let offset: Int
    /// The bytes that the tensor's type and shape ask for.
    let byteCount: Int
    /// The length that the model states; it may leave it out.
    private let statedLength: Int?

    /// Reads the description of a tensor's external data.
    ///
    /// - Throws: where a key is missing, given twice, or not a number; also where the tensor's shape is impossible.
    init(_ proto: TensorProto) throws(ModelError) {
        let tensor = proto.label
        var entries: [String: String] = [:]
        for entry in proto.externalData {
            guard entries.updateValue(entry.value, forKey: entry.key) == nil else {
                throw .externalData(
                    tensor: tensor, location: entries["location"] ?? "", reason: "the key \(entry.key.quoted) is given twice")
            }
        }
        let location = entries["location"] ?? ""
        func number(_ key: String) throws(ModelError) -> Int? {
            guard let text = entries[key] else { return nil }
            guard let number = Int(text), number >= 0 else {
                throw .externalData(tensor: tensor, location: location, reason: "\(text.quoted) is not a possible \(key)")
            }
            return number
        }
        self.tensor = tensor
        self.location = location
        offset = try number("offset") ?? 0
        statedLength = try number("length")
        byteCount = try proto.rawByteCount()
    }

    var range: Range { Range(location: location, offset: offset, byteCount: byteCount) }

    /// Checks that the stated length is the one that type and shape ask for.
    func checkLength() throws(ModelError) {
        guard let statedLength, statedLength != byteCount else { return }
        throw error("its length is \(statedLength) bytes, but the tensor's type and shape take \(byteCount)")
    }

    /// The location of weights that were left in the model's own file; no path that a model could state, as it is absolute.
    static let ownFile = "/"

    /// Opens the file and checks that the range lies within it, and is not longer than the memory that somebody will read it into.
    func open(in files: TensorFiles) throws(ModelError) -> OpenExternalData {
        try checkLength()
        let data = try opened(in: files)
        guard offset <= data.file.byteCount, byteCount <= data.file.byteCount - offset else {
            throw error("the \(byteCount) bytes from byte \(offset) on are not within the file's \(data.file.byteCount)")
        }
        // A file with holes can be longer than the disk, so that its size alone is no bound.
        guard byteCount <= ProcessInfo.processInfo.physicalMemory else {
            throw error("its \(byteCount) bytes are more than this machine's memory")
        }
        return data
    }

    private func opened(in files: TensorFiles) throws(ModelError) -> OpenExternalData {
        if location == ExternalData.ownFile, let origin = files.origin {
            let file = try ModelError.reading(RegularFile(origin.path))
            guard file.status.identity == origin.identity else { throw error("there is another file at '\(origin.path)' by now") }
            return OpenExternalData(description: self, file: file)
        }
        guard let folder = files.folder else { throw error("the model was given without the folder that this path is relative to") }
        do {
            return OpenExternalData(description: self, file: try ContainedFile.open(location, in: folder))
        } catch {
            throw self.error("\(error)")
        }
    }

    func error(_ reason: String) -> ModelError { .externalData(tensor: tensor, location: location, reason: reason) }
}

/// External data whose file is open and long enough.
struct OpenExternalData {
    let description: ExternalData
    let file: RegularFile

    /// Reads `count` bytes from `start`, counted from the tensor's first.
    func bytes(_ start: Int, count: Int) throws(ModelError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(ModelError) in try read(into: buffer, from: start) }
        }.get()
        return bytes
    }

    /// Fills a buffer with the bytes from `start` on, counted from the tensor's first.
    func read(into buffer: UnsafeMutableRawBufferPointer, from start: Int = 0) throws(ModelError) {
        let count: Int
        do { count = try file.descriptor.read(into: buffer, at: description.offset + start) } catch {
            throw description.error(error.reason)
        }
        guard count == buffer.count else { throw description.error("the file became shorter while it was read") }
    }
}

extension ExternalData {
    /// The tensor's bytes.
    func bytes(in files: TensorFiles) throws(ModelError) -> [UInt8] {
        try open(in: files).bytes(0, count: byteCount)
    }
}
