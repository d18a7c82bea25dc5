internal import Foundation
package import Tensors

/// Writes tensors to files that this module, NumPy and the safetensors library read. The same tensors give the same bytes.
package enum ArrayFileWriter {
    /// Writes an `.npz` with stored (not deflated) members in the given order.
    ///
    /// - Throws: ``DatasetError/unwritableFile(_:reason:)``, also for two arrays of one name, for bfloat16, which NumPy
    ///   does not have, and for more than 4 GiB, for which safetensors is the better format.
    package static func writeNPZ(_ arrays: [(name: String, tensor: Tensor)], to path: String) throws(DatasetError) {
        do throws(EncodingError) {
            try write(encodeNPZ(arrays), to: path)
        } catch {
            throw .unwritableFile(path, reason: error.reason)
        }
    }

    /// Writes a `.safetensors` with tensors in the given order.
    ///
    /// - Throws: ``DatasetError/unwritableFile(_:reason:)``, also for two tensors of one name.
    package static func writeSafetensors(_ arrays: [(name: String, tensor: Tensor)], to path: String) throws(DatasetError) {
        do throws(EncodingError) {
            try write(encodeSafetensors(arrays), to: path)
        } catch {
            throw .unwritableFile(path, reason: error.reason)
        }
    }

    struct EncodingError: Error {
        let reason: String
    }

    /// A file is written beside and then renamed, so that there is never half of one.
    private static func write(_ bytes: [UInt8], to path: String) throws(EncodingError) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw EncodingError(reason: (error as NSError).localizedDescription)
        }
    }

    static func checkNames(_ names: [String]) throws(EncodingError) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw EncodingError(reason: "two arrays are called \(quoted(name))")
        }
    }
}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
