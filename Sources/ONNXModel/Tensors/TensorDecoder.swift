internal import Files
internal import Foundation
internal import Tensors

#if _endian(big)
    #error("Tensors are little-endian in memory and in files; a big-endian machine would have to swap bytes here.")
#endif

/// Decodes tensors from every form that a model stores them in.
///
/// Shape and stored length are compared before anything is allocated.
struct TensorDecoder: Sendable {
    /// Where external data is looked for.
    let files: TensorFiles

    /// Decodes a tensor.
    ///
    /// - Throws: ``ModelError/unsupported(reason:)`` for element types that ``Tensor`` does not have,
    ///   ``ModelError/invalidTensor(name:reason:)``
    ///   where shape and data do not agree, ``ModelError/externalData(tensor:location:reason:)``.
    func tensor(_ proto: TensorProto) throws(ModelError) -> Tensor {
        guard let type = proto.elementType else {
            throw .unsupported(reason: "tensor \(proto.label.quoted) has elements of type \(ElementFormat.name(proto.dataType))")
        }
        try proto.checkStorage()
        var bytes: [UInt8]
        if proto.isExternal {
            bytes = try ExternalData(proto).bytes(in: files)
        } else if !proto.rawData.isEmpty {
            bytes = [UInt8](proto.rawData)
        } else {
            bytes = try proto.typedBytes(type)
        }
        // Swift's Bool has no other bit patterns than these two.
        if type == .bool {
            for index in bytes.indices where bytes[index] > 1 { bytes[index] = 1 }
        }
        let shape = try proto.shape()
        do throws(TensorError) {
            return try Tensor(elementType: type, shape: shape, bytes: bytes)
        } catch {
            throw proto.invalid("\(error)")
        }
    }
}

extension TensorProto {
    /// Checks that the tensor's shape is possible, and that the elements are stored in one place, the right one for their type, and
    /// as many as the shape asks for. External data is only checked to be described; its file is not looked at.
    package func checkStorage() throws(ModelError) {
        guard !hasSegment else { throw invalid("it is one segment of a larger tensor, which is not supported") }
        let typedCounts = [
            ("float_data", floatData.count), ("int32_data", int32Data.count), ("string_data", stringData.count),
            ("int64_data", int64Data.count),
            ("double_data", doubleData.count), ("uint64_data", uint64Data.count),
        ]
        let filled = typedCounts.filter { $0.1 > 0 }.map(\.0) + (rawData.isEmpty ? [] : ["raw_data"])
        guard filled.count <= 1 else { throw invalid("its elements are stored twice: in \(filled.joined(separator: " and "))") }
        if isExternal {
            guard filled.isEmpty else { throw invalid("its elements are stored twice: in \(filled[0]) and as external data") }
            try ExternalData(self).checkLength()
            return
        }
        if !rawData.isEmpty {
            let expected = try rawByteCount()
            guard rawData.count == expected else {
                throw invalid("its shape \(shapeText) takes \(expected) bytes, but raw_data has \(rawData.count)")
            }
            return
        }
        guard let (field, expected) = try typedField() else {
            throw invalid("elements of type \(ElementFormat.name(dataType)) are not defined")
        }
        if let other = filled.first, other != field { throw invalid("its elements are stored in \(other), not in \(field)") }
        let count = typedCounts.first { $0.0 == field }?.1 ?? 0
        guard count == expected else {
            throw invalid("its shape \(shapeText) takes \(expected) entries of \(field), but there are \(count)")
        }
    }

    /// The field that holds elements of this type when `raw_data` does not, and how many entries it must have; nil for undefined types.
    private func typedField() throws(ModelError) -> (name: String, count: Int)? {
        let count = try elementCount()
        switch dataType {
        case 1: return ("float_data", count)
        case 14, 15:
            let (doubled, overflow) = count.multipliedReportingOverflow(by: 2)
            guard !overflow else { throw invalid("its shape \(shapeText) has more elements than can be counted") }
            return (dataType == 14 ? "float_data" : "double_data", doubled)
        case 2...6, 9, 10, 16, 17...20, 24, 27, 28: return ("int32_data", count)
        case 21...23: return ("int32_data", count / 2 + count % 2)
        case 25, 26: return ("int32_data", count / 4 + (count % 4 == 0 ? 0 : 1))
        case 7: return ("int64_data", count)
        case 8: return ("string_data", count)
        case 11: return ("double_data", count)
        case 12, 13: return ("uint64_data", count)
        default: return nil
        }
    }

    /// The elements of the type's own field, in the layout of `raw_data`.
    fileprivate func typedBytes(_ type: ElementType) throws(ModelError) -> [UInt8] {
        switch type {
        case .float32: memory(of: floatData)
        case .float64: memory(of: doubleData)
        case .int64: memory(of: int64Data)
        case .int32: memory(of: int32Data)
        case .uint64: memory(of: uint64Data)
        case .uint32: try memory(of: narrowed(uint64Data, to: UInt32.self))
        case .uint16, .int16, .float16, .bfloat16: try memory(of: narrowed(int32Data, to: UInt16.self))
        case .uint8, .int8, .bool: try memory(of: narrowed(int32Data, to: UInt8.self))
        }
    }

    /// The low bits of wider integers; signed values are read as two's complement.
    ///
    /// - Throws: for a value that has more bits than the element.
    private func narrowed<Wide: FixedWidthInteger, Narrow: FixedWidthInteger>(_ values: [Wide], to type: Narrow.Type) throws(ModelError)
        -> [Narrow]
    {
        var result: [Narrow] = []
        result.reserveCapacity(values.count)
        for value in values {
            let fits = value < 0 ? ~value >> (Narrow.bitWidth - 1) == 0 : Narrow(exactly: value) != nil
            guard fits else {
                throw invalid("the value \(value) does not fit into \(Narrow.bitWidth) bits")
            }
            result.append(Narrow(truncatingIfNeeded: value))
        }
        return result
    }

    private func memory<Element: BitwiseCopyable>(of elements: [Element]) -> [UInt8] {
        elements.withUnsafeBytes { [UInt8]($0) }
    }
}
