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

    /// Opens the file and checks that the range lies within it, and is not longer than the memory that somebody will read it into.
    func open(in folder: String?) throws(ModelError) -> OpenExternalData {
        try checkLength()
        guard let folder else { throw error("the model was given without the folder that this path is relative to") }
        let file: ContainedFile
        do {
            file = try ContainedFile(location, in: folder)
        } catch {
            throw self.error("\(error)")
        }
        guard offset <= file.status.size, byteCount <= file.status.size - offset else {
            throw error("the \(byteCount) bytes from byte \(offset) on are not within the file's \(file.status.size)")
        }
        // A file with holes can be longer than the disk, so that its size alone is no bound.
        guard byteCount <= ProcessInfo.processInfo.physicalMemory else {
            throw error("its \(byteCount) bytes are more than this machine's memory")
        }
        return OpenExternalData(description: self, file: file)
    }

    func error(_ reason: String) -> ModelError { .externalData(tensor: tensor, location: location, reason: reason) }
}

/// External data whose file is open and long enough.
struct OpenExternalData: ~Copyable {
    let description: ExternalData
    let file: ContainedFile

    /// Reads `count` bytes from `start`, counted from the tensor's first.
    func bytes(_ start: Int, count: Int) throws(ModelError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let result = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(SystemError) in try file.descriptor.read(into: buffer, at: description.offset + start) }
        }
        let complete: Bool
        do { complete = try result.get() } catch { throw description.error("\(error)") }
        guard complete else { throw description.error("the file became shorter while it was read") }
        return bytes
    }
}

extension ExternalData {
    /// The tensor's bytes.
    func bytes(in folder: String?) throws(ModelError) -> [UInt8] {
        try open(in: folder).bytes(0, count: byteCount)
    }
}
