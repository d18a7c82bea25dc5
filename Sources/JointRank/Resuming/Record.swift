internal import Datasets
internal import Foundation
internal import LinearAlgebra
internal import Tensors

/// Arrays and texts to be kept in a `.safetensors` file, which gives them back to the last bit.
struct Record {
    private var arrays: [DeferredArray] = []
    private(set) var notes: [String: String] = [:]

    mutating func set(_ name: String, _ elements: [some TensorScalar]) { arrays.append(DeferredArray(name: name, Tensor(elements))) }

    /// - Parameters:
    ///   - isSinglePrecision: whether all elements are float32 numbers, and take half the space.
    ///   - matrix: asked for when it is written.
    mutating func set(_ name: String, rows: Int, columns: Int, isSinglePrecision: Bool = false, _ matrix: @escaping () -> Matrix) {
        let shape = [rows, columns]
        arrays.append(
            isSinglePrecision
                ? DeferredArray(name: name, shape: shape) { matrix().elements.map { Float($0) } }
                : DeferredArray(name: name, shape: shape) { matrix().elements })
    }

    /// - Parameter value: kept as JSON.
    mutating func note(_ name: String, _ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        notes[name] = String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    func write(to path: String) throws {
        try ArrayFileWriter.writeSafetensors(arrays, metadata: notes, to: path)
    }
}
