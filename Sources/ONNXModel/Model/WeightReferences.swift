internal import Foundation
internal import SwiftProtobuf
internal import Tensors

/// Puts references to a model's own file in the place of its large weights, so that these need not be in memory to work on the model.
///
/// A reference is a tensor's external data at the location ``ExternalData/ownFile``. Only initializers of the main graph are replaced, and only
/// floating-point numbers in `raw_data`, as exporters write them; all others stay as they are.
package enum WeightReferences {
    /// Bytes of the smallest weight that is replaced, where nobody says otherwise.
    package static let smallest = 1 << 16

    /// The model's bytes with references; nil where no weight is large.
    ///
    /// - Parameter smallest: bytes of the smallest weight that is replaced.
    static func replacingWeights(in bytes: Data, from smallest: Int) -> Data? {
        var replaced = 0
        let reduced = bytes.withUnsafeBytes { whole in
            rewritten(whole, field: ModelProto.graphField) { graph in
                rewritten(graph, field: GraphProto.initializerField) { tensor in
                    guard let weight = Weight(tensor, from: smallest) else { return nil }
                    replaced += 1
                    return weight.reference(at: whole)
                }
            }
        }
        return replaced > 0 ? reduced : nil
    }

    /// A message with other content in some of its fields.
    ///
    /// - Parameters:
    ///   - number: of the fields.
    ///   - change: takes a field's content; nil leaves it.
    private static func rewritten(
        _ message: UnsafeRawBufferPointer, field number: UInt64, _ change: (UnsafeRawBufferPointer) -> Data?
    ) -> Data {
        var result = Data()
        var fields = WireFields(message)
        while let field = fields.next() {
            if field.number == number, let content = field.content, let changed = change(content) {
                result.append(varint: number << 3 | 2)
                result.append(varint: UInt64(changed.count))
                result.append(changed)
            } else {
                result.append(contentsOf: message[field.range])
            }
        }
        // What the parser will refuse.
        result.append(contentsOf: fields.rest)
        return result
    }

    /// A tensor's message whose elements can be left out.
    private struct Weight {
        let message: UnsafeRawBufferPointer
        /// `raw_data` as a field, and its content.
        let field: Range<Int>
        let elements: UnsafeRawBufferPointer

        init?(_ message: UnsafeRawBufferPointer, from smallest: Int) {
            guard message.count >= smallest else { return nil }
            var found: (Range<Int>, UnsafeRawBufferPointer)?
            var isFloatingPoint = false
            var fields = WireFields(message)
            while let field = fields.next() {
                switch field.number {
                case TensorProto.dataTypeField:
                    var type = TensorProto()
                    try? type.merge(serializedBytes: Array(message[field.range]))
                    isFloatingPoint = type.elementType?.isFloatingPoint == true
                case TensorProto.rawDataField:
                    // The last of several would count.
                    guard found == nil, let content = field.content else { return nil }
                    found = (field.range, content)
                case TensorProto.externalDataField, TensorProto.dataLocationField: return nil
                default: continue
                }
            }
            guard isFloatingPoint, fields.rest.isEmpty, let found, found.1.count >= smallest else { return nil }
            self.message = message
            (field, elements) = found
        }

        /// The message without its elements.
        ///
        /// - Parameter file: what the message is a part of.
        func reference(at file: UnsafeRawBufferPointer) -> Data? {
            guard let start = file.baseAddress, let own = elements.baseAddress else { return nil }
            var reference = TensorProto()
            reference.dataLocation = .external
            for (key, value) in [("location", ExternalData.ownFile), ("offset", "\(own - start)"), ("length", "\(elements.count)")] {
                reference.externalData.set(key, to: value)
            }
            guard let place = try? reference.encoded() else { return nil }
            return Data(message[..<field.lowerBound]) + Data(message[field.upperBound...]) + place
        }
    }
}

extension Data {
    /// Appends a number as protocol buffers write it: seven bits a byte, the lowest first.
    mutating func append(varint number: UInt64) {
        var rest = number
        while rest > 0x7F {
            append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}
