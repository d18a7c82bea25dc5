internal import Foundation

/// Options that are set, as JSON texts by the names that the command gives them.
package struct OptionTexts {
    private(set) var texts: [String: String]

    /// - Parameter options: whose groups are opened.
    package init(_ options: some Encodable) throws {
        guard var fields = try JSONSerialization.jsonObject(with: OptionTexts.encoder.encode(options)) as? [String: Any] else {
            throw JointRankError(.internalError, "options without names")
        }
        for group in ["data", "images", "latency"] {
            fields.merge(fields.removeValue(forKey: group) as? [String: Any] ?? [:]) { own, _ in own }
        }
        texts = try fields.mapValues { value in
            let text = try JSONSerialization.data(
                withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// No options yet.
    package init() {
        texts = [:]
    }

    /// - Parameter options: nil where one is not given.
    package mutating func set(_ options: KeyValuePairs<String, (any Encodable)?>) throws {
        for (name, value) in options {
            texts[name] = try value.map { String(decoding: try OptionTexts.encoder.encode($0), as: UTF8.self) }
        }
    }

    /// Leaves out what a command does not take.
    package mutating func remove(_ names: String...) {
        for name in names { texts[name] = nil }
    }

    /// The options in one line of YAML, to be said before the work: what a recipe would have to hold for the same run.
    package var recipe: String {
        let entries = texts.filter { $0.value != "[]" && $0.value != "\"\"" }.sorted { $0.key < $1.key }
        return "{\(entries.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Whether such numbers make sense is said elsewhere.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }
}
