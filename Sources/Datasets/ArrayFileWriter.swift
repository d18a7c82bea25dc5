internal import Files
package import Tensors

/// Writes tensors to files that this module, NumPy and the safetensors library read. The same tensors give the same bytes.
package enum ArrayFileWriter {
    /// Writes an `.npz` with stored (not deflated) members in the given order.
    ///
    /// - Throws: ``DatasetError/unwritableFile(_:reason:)``, also for two arrays of one name, for bfloat16, which NumPy
    ///   does not have, and for more than 4 GiB, for which safetensors is the better format.
    package static func writeNPZ(_ arrays: [(name: String, tensor: Tensor)], to path: String) throws(DatasetError) {
        do throws(EncodingError) {
            let bytes = try encodeNPZ(arrays)
            try write([{ bytes }], to: path)
        } catch {
            throw .unwritableFile(path, reason: error.reason)
        }
    }

    /// Writes a `.safetensors` with tensors in the given order.
    ///
    /// - Parameter metadata: texts to keep beside them.
    /// - Throws: ``DatasetError/unwritableFile(_:reason:)``, also for two tensors of one name.
    package static func writeSafetensors(
        _ arrays: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to path: String
    ) throws(DatasetError) {
        try writeSafetensors(arrays.map { DeferredArray(name: $0.name, $0.tensor) }, metadata: metadata, to: path)
    }

    /// As ``writeSafetensors(_:metadata:to:)-([(String,Tensor)],_,_)``, with one tensor at a time in memory.
    package static func writeSafetensors(
        _ arrays: [DeferredArray], metadata: [String: String] = [:], to path: String
    ) throws(DatasetError) {
        do throws(EncodingError) {
            let header = try safetensorsHeader(arrays, metadata: metadata)
            try write([{ header }] + arrays.map(\.bytes), to: path)
        } catch {
            throw .unwritableFile(path, reason: error.reason)
        }
    }

    struct EncodingError: Error {
        let reason: String
    }

    private static func write(_ parts: [() -> [UInt8]], to path: String) throws(EncodingError) {
        do throws(FileError) {
            var file = try OutputFile(path)
            for part in parts { try file.write(part()) }
            try file.commit()
        } catch {
            throw EncodingError(reason: error.reason)
        }
    }

    static func checkNames(_ names: [String]) throws(EncodingError) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw EncodingError(reason: "two arrays are called \(name.quoted)")
        }
    }
}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
