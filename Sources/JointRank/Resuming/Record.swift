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

/// A record's file; arrays are read when they are asked for.
struct StoredRecord {
    private let file: ArrayFile

    init(path: String) throws {
        file = try ArrayFile(path: path)
    }

    func elements<Scalar: TensorScalar>(_ name: String) throws -> [Scalar] {
        guard let elements: [Scalar] = try file.array(named: name).tensor().elements() else {
            throw damaged("array '\(name)' is of another type")
        }
        return elements
    }

    func matrix(_ name: String) throws -> Matrix {
        let array = try file.array(named: name)
        guard array.shape.count == 2, let elements = try array.tensor().floatingPointElements else {
            throw damaged("array '\(name)' is no matrix of numbers")
        }
        return try Matrix(rows: array.shape[0], columns: array.shape[1], elements: elements)
    }

    func contains(_ name: String) -> Bool { file.arrayNames.contains(name) }

    func note<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        guard let text = file.metadata[name] else { throw damaged("its metadata lacks '\(name)'") }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return try decoder.decode(type, from: Data(text.utf8))
        } catch {
            throw damaged("its metadata say something else than expected under '\(name)'")
        }
    }

    func damaged(_ reason: String) -> JointRankError {
        JointRankError(.badInput, "'\(file.path)' is not as it was written: \(reason)")
    }
}
