/// The fields of one protobuf message, one after the other, without making anything of them.
///
/// Comes to an end at the first byte that no sound message has.
struct WireFields {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    struct Field {
        let number: UInt64
        /// What a length-delimited field holds; nil for numbers, and for groups, which ONNX does not use.
        let content: UnsafeRawBufferPointer?
        /// All bytes of the field.
        let range: Range<Int>
    }

    /// What was not looked at: after the last field, that which is no part of a sound message.
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[position...]) }

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func next() -> Field? {
        let start = position
        guard position < bytes.count, let key = varint() else { return nil }
        let content = key & 7 == 2 ? delimited() : nil
        let isWhole =
            switch key & 7 {
            case 2: content != nil
            case 3: passGroup()
            default: passNumber(key)
            }
        guard isWhole else {
            position = start
            return nil
        }
        return Field(number: key >> 3, content: content, range: start..<position)
    }

    private mutating func delimited() -> UnsafeRawBufferPointer? {
        varint().flatMap { pass($0) }
    }

    private mutating func passNumber(_ key: UInt64) -> Bool {
        switch key & 7 {
        case 0: varint() != nil
        case 1: pass(8) != nil
        case 5: pass(4) != nil
        default: false
        }
    }

    /// Goes behind the end of the group at hand, whatever groups it holds.
    private mutating func passGroup() -> Bool {
        var depth = 1
        while depth > 0 {
            guard let key = varint() else { return false }
            switch key & 7 {
            case 2: guard delimited() != nil else { return false }
            case 3: depth += 1
            case 4: depth -= 1
            default: guard passNumber(key) else { return false }
            }
        }
        return true
    }

    private mutating func pass(_ count: UInt64) -> UnsafeRawBufferPointer? {
        guard count <= UInt64(bytes.count - position) else { return nil }
        let start = position
        position += Int(count)
        return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        return nil
    }
}
