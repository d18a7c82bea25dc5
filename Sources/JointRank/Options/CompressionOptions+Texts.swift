internal import Foundation

extension CompressionOptions {
    /// All options that are set, as JSON texts by the names that the command gives them.
    var texts: [String: String] {
        get throws {
            let encoder = JSONEncoder()
            // Whether such numbers make sense is said elsewhere.
            encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            guard var texts = try JSONSerialization.jsonObject(with: encoder.encode(self)) as? [String: Any] else { return [:] }
            for group in ["data", "images"] {
                texts.merge(texts.removeValue(forKey: group) as? [String: Any] ?? [:]) { own, _ in own }
            }
            return try texts.mapValues { value in
                let text = try JSONSerialization.data(
                    withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
                return String(decoding: text, as: UTF8.self)
            }
        }
    }

    /// The options in one line of YAML, to be said before the work: what a recipe would have to hold for the same run.
    package var recipe: String {
        get throws {
            let entries = try texts.filter { $0.value != "[]" && $0.value != "\"\"" }.sorted { $0.key < $1.key }
            return "{\(entries.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
        }
    }
}
