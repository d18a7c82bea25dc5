internal import Files
internal import Tensors

/// A `.safetensors` file: a JSON header that names and places the tensors, then their bytes.
///
/// Source: the format's description in huggingface/safetensors.
struct SafetensorsFile: Sendable {
    let file: OpenFile
    private let header: SafetensorsHeader
    private let dataOffset: Int

    /// The format's own limit.
    static let maximumHeaderByteCount = 100_000_000

    /// In the order of their places in the file, then by name.
    var arrayNames: [String] { header.names }

    var metadata: [String: String] { header.metadata }

    init(_ file: OpenFile) throws(DatasetError) {
        guard file.byteCount >= 8 else { throw .badFile(file.path, reason: "it is too short for .safetensors") }
        guard let length = try file.bytes(at: 0, count: 8).uint64(at: 0), length <= SafetensorsFile.maximumHeaderByteCount else {
            throw .badFile(file.path, reason: "its header claims more than 100 MB")
        }
        guard length <= file.byteCount - 8 else { throw .badFile(file.path, reason: "its header is cut off") }
        let bytes = try file.bytes(at: 8, count: length)
        self.file = file
        dataOffset = 8 + length
        do {
            header = try SafetensorsHeader(bytes, dataByteCount: file.byteCount - 8 - length)
        } catch {
            throw .badFile(file.path, reason: error.reason)
        }
    }

    func array(named name: String) throws(DatasetError) -> StoredArray? {
        guard let entry = header.entries[name] else { return nil }
        guard let elementType = ElementType(safetensorsName: entry.dtype) else {
            throw .badArray(name, file: file.path, reason: "type \(entry.dtype.quoted) is not supported")
        }
        return StoredArray(name: name, elementType: elementType, shape: entry.shape, file: file, offset: dataOffset + entry.offsets[0])
    }
}
