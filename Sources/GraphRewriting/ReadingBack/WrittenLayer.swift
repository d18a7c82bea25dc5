internal import Foundation
package import LowRank

/// What a written model's metadata say of a factored layer.
package struct WrittenLayer: Codable, Sendable, Hashable {
    package let form: StorageForm
    package let rank: Int
    package let scheme: FactorizationScheme

    /// The key of `metadata_props` under which the layers stand, by name.
    package static let metadataKey = "jointrank.layers"

    static func json(_ layers: [String: WrittenLayer]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try String(decoding: encoder.encode(layers), as: UTF8.self)
    }

    /// The layers by name; nil where the text is not what ``json(_:)`` makes.
    package static func layers(json: String) -> [String: WrittenLayer]? {
        try? JSONDecoder().decode([String: WrittenLayer].self, from: Data(json.utf8))
    }
}
