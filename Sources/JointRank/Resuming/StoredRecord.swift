internal import Datasets
internal import Foundation
internal import LinearAlgebra
internal import Tensors

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
