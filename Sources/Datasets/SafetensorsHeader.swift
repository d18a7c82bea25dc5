internal import Files
internal import Foundation
internal import Tensors

/// The JSON header of a `.safetensors` file, checked: the tensors fill the bytes that follow without gap, overlap or
/// remainder, each as long as its type and shape ask for, and no key stands twice.
struct SafetensorsHeader: Sendable {
    /// By place, then by name.
    let names: [String]
    let entries: [String: Entry]
    /// The texts under `__metadata__`.
    let metadata: [String: String]

    struct Entry: Decodable {
        let dtype: String
        let shape: [Int]
        /// First byte, and the one after the last.
        let offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case offsets = "data_offsets"
        }
    }

    struct Damage: Error {
        let reason: String
    }

    init(_ bytes: [UInt8], dataByteCount: Int) throws(Damage) {
        // A zero byte, which JSON never has, would make the decoder take the text for UTF-16 or UTF-32.
        guard bytes.first == UInt8(ascii: "{"), !bytes.contains(0) else { throw Damage(reason: "its header is not a JSON object") }
        let content: Content
        do {
            content = try JSONDecoder().decode(Content.self, from: Data(bytes))
        } catch {
            throw Damage(reason: "its header is not the JSON of .safetensors: \(SafetensorsHeader.place(of: error))")
        }
        let counts = SafetensorsHeader.memberCounts(bytes)
        guard counts.outer == content.entries.count + (content.metadata == nil ? 0 : 1),
            counts.inner == 3 * content.entries.count + (content.metadata?.count ?? 0)
        else { throw Damage(reason: "its header has a repeated or an unknown key") }
        for name in content.entries.keys.sorted() {
            if let entry = content.entries[name] { try SafetensorsHeader.check(entry, name: name) }
        }

        let sorted = content.entries.sorted {
            ($0.value.offsets[0], $0.value.offsets[1], $0.key) < ($1.value.offsets[0], $1.value.offsets[1], $1.key)
        }
        var end = 0
        for (name, entry) in sorted {
            guard entry.offsets[0] == end else {
                throw Damage(reason: "tensor \(name.quoted) starts at byte \(entry.offsets[0]) instead of \(end): a gap or an overlap")
            }
            end = entry.offsets[1]
        }
        guard end == dataByteCount else { throw Damage(reason: "its tensors end at byte \(end), its data at \(dataByteCount)") }
        entries = content.entries
        metadata = content.metadata ?? [:]
        names = sorted.map(\.key)
    }

    private static func check(_ entry: Entry, name: String) throws(Damage) {
        guard entry.offsets.count == 2, 0 <= entry.offsets[0], entry.offsets[0] <= entry.offsets[1] else {
            throw Damage(reason: "tensor \(name.quoted) has impossible offsets")
        }
        guard entry.shape.count <= StoredArray.maximumAxisCount else {
            throw Damage(reason: "tensor \(name.quoted) has \(entry.shape.count) axes, more than \(StoredArray.maximumAxisCount)")
        }
        // The sizes of other types are not known; such a tensor may stand in the file but not be read.
        guard let elementType = ElementType(safetensorsName: entry.dtype) else { return }
        let byteCount: Int
        do {
            byteCount = try Tensor.byteCount(of: elementType, shape: entry.shape)
        } catch {
            throw Damage(reason: "tensor \(name.quoted): \(error)")
        }
        guard entry.offsets[1] - entry.offsets[0] == byteCount else {
            throw Damage(reason: "tensor \(name.quoted) takes \(byteCount) bytes but has \(entry.offsets[1] - entry.offsets[0])")
        }
    }

    /// The header's members of tensors and metadata as the decoder gives them: of repeated keys one is left.
    private struct Content: Decodable {
        var entries: [String: Entry] = [:]
        var metadata: [String: String]?

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            for key in container.allKeys {
                if key.stringValue == "__metadata__" {
                    metadata = try container.decode([String: String].self, forKey: key)
                } else {
                    entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
                }
            }
        }
    }

    /// How many members valid JSON has in its outermost object, and in the objects directly inside that, with repetitions.
    private static func memberCounts(_ json: [UInt8]) -> (outer: Int, inner: Int) {
        var counts = (outer: 0, inner: 0)
        var depth = 0
        var isInString = false
        var isEscaped = false
        for byte in json {
            if isEscaped {
                isEscaped = false
            } else if isInString {
                isEscaped = byte == UInt8(ascii: "\\")
                isInString = byte != UInt8(ascii: "\"")
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}"): depth -= 1
                case UInt8(ascii: ":") where depth == 1: counts.outer += 1
                case UInt8(ascii: ":") where depth == 2: counts.inner += 1
                default: break
                }
            }
        }
        return counts
    }

    private static func place(of error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, let context):
            (context.codingPath + [key]).map(\.stringValue).joined(separator: ".").quoted + " is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            context.codingPath.map(\.stringValue).joined(separator: ".").quoted + " has the wrong type"
        default: "it cannot be parsed"
        }
    }
}
