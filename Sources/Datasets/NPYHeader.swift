internal import Files
internal import Tensors

/// The start of an `.npy` file: element type, order and shape of the array that follows.
///
/// Source: NumPy, `numpy.lib.format` ("NumPy file format", versions 1.0, 2.0 and 3.0). The header is a Python literal; only
/// the dictionary that NumPy itself writes is understood, nothing is ever evaluated.
struct NPYHeader: Hashable {
    let elementType: ElementType
    /// Whether the first axis, not the last, is the contiguous one.
    let isFortranOrder: Bool
    let shape: [Int]
    /// Bytes before the first element.
    let byteCount: Int
    /// Bytes of the elements.
    let dataByteCount: Int

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// No header that is read is longer, so that many first bytes of a file are enough.
    static let maximumByteCount = 12 + 0xFFFF

    /// - Parameter bytes: the first ``maximumByteCount`` bytes, or all where there are fewer.
    init(_ bytes: [UInt8]) throws(NPYError) {
        guard bytes.count >= 10, bytes.starts(with: NPYHeader.magic) else { throw .damaged("it does not start as .npy") }
        let version = bytes[6]
        guard 1...3 ~= version, bytes[7] == 0 else { throw .damaged("format version \(version).\(bytes[7]) is unknown") }
        let start = version == 1 ? 10 : 12
        guard bytes.count >= start else { throw .damaged("the header is cut off") }
        let length = version == 1 ? bytes.uint16(at: 8) : bytes.uint32(at: 8)
        guard length <= 0xFFFF else { throw .damaged("the header claims \(length) bytes, more than 65535") }
        guard length <= bytes.count - start else { throw .damaged("the header is cut off") }

        let fields = try NPYHeaderFields(bytes[start..<start + length])
        elementType = try NPYHeader.elementType(fields.descriptor)
        isFortranOrder = fields.isFortranOrder
        shape = fields.shape
        guard shape.count <= StoredArray.maximumAxisCount else {
            throw .damaged("it has \(shape.count) axes, more than \(StoredArray.maximumAxisCount)")
        }
        byteCount = start + length
        do {
            dataByteCount = try Tensor.byteCount(of: elementType, shape: shape)
        } catch {
            throw .damaged(error.description)
        }
    }

    /// The element type that a NumPy type string such as `<f4` stands for.
    private static func elementType(_ descriptor: String) throws(NPYError) -> ElementType {
        let order = descriptor.prefix(1)
        let name = descriptor.dropFirst()
        guard ["<", ">", "|"].contains(order) else { throw .damaged("type \(descriptor.quoted) is unknown") }
        guard let type = ElementType(npyName: name) else { throw .unsupported(reasonAgainst(kind: name.first, descriptor: descriptor)) }
        guard order != ">" || type.byteCount == 1 else {
            throw .unsupported("type \(descriptor.quoted) is big-endian; save it as little-endian")
        }
        guard order != "|" || type.byteCount == 1 else {
            throw .unsupported("type \(descriptor.quoted) does not say its byte order")
        }
        return type
    }

    private static func reasonAgainst(kind: Character?, descriptor: String) -> String {
        switch kind {
        case "O": "it holds pickled Python objects, which are never loaded"
        case "U", "S", "a": "it holds text, not numbers"
        case "V": "it holds records or raw bytes, not numbers"
        case "c": "it holds complex numbers"
        case "M", "m": "it holds dates or durations"
        default: "type \(descriptor.quoted) is not supported"
        }
    }
}

/// Why bytes are not an `.npy` array that can be read.
enum NPYError: Error, Hashable {
    /// They break the format.
    case damaged(String)
    /// They follow the format but hold something of no use here.
    case unsupported(String)

    var reason: String {
        switch self {
        case .damaged(let reason): "not a readable .npy array: \(reason)"
        case .unsupported(let reason): reason
        }
    }
}
