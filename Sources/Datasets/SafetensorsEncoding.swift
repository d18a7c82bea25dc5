internal import Files
internal import Foundation
internal import Tensors

extension ArrayFileWriter {
    /// What stands before the tensors' bytes in a `.safetensors` file: the length of a JSON object, and the object.
    static func safetensorsHeader(
        _ arrays: [DeferredArray], metadata: [String: String]
    ) throws(EncodingError) -> [UInt8] {
        try checkNames(arrays.map(\.name))
        var entries: [String] = []
        if !metadata.isEmpty {
            let texts = try metadata.sorted { $0.key < $1.key }.map { (key, text) throws(EncodingError) in
                "\(try jsonString(key)):\(try jsonString(text))"
            }
            entries.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
        }
        var offset = 0
        for array in arrays {
            guard array.name != "__metadata__" else { throw EncodingError(reason: "no tensor may be called \(array.name.quoted)") }
            let shape = array.shape.map(String.init).joined(separator: ",")
            let end = offset + array.shape.reduce(array.elementType.byteCount, *)
            let type = array.elementType.safetensorsName
            entries.append(
                "\(try jsonString(array.name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var header = Array("{\(entries.joined(separator: ","))}".utf8)
        // Aligned, so that the tensors can be mapped.
        header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
        guard header.count <= SafetensorsFile.maximumHeaderByteCount else {
            throw EncodingError(reason: "its header would be longer than 100 MB")
        }
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt64(header.count))
        return bytes + header
    }

    private static func jsonString(_ text: String) throws(EncodingError) -> String {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            return String(decoding: try encoder.encode(text), as: UTF8.self)
        } catch {
            throw EncodingError(reason: "name \(text.quoted) cannot be written as JSON")
        }
    }
}
