import Foundation

/// Writes protobuf fields by hand, to make encodings that no protobuf library writes.
enum WireFormat {
    static func varint(_ value: UInt64) -> Data {
        var data = Data()
        var rest = value
        while rest >= 0x80 {
            data.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        data.append(UInt8(rest))
        return data
    }

    static func integer(_ field: UInt64, _ value: UInt64) -> Data { varint(field << 3) + varint(value) }

    static func message(_ field: UInt64, _ parts: Data...) -> Data {
        let content = parts.reduce(Data(), +)
        return varint(field << 3 | 2) + varint(UInt64(content.count)) + content
    }

    static func string(_ field: UInt64, _ text: String) -> Data { message(field, Data(text.utf8)) }

    static func group(_ field: UInt64, _ content: Data) -> Data { varint(field << 3 | 3) + content + varint(field << 3 | 4) }
}
