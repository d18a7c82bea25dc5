/// Times of single layers and of a whole model that were measured on another device, by the script of ``LatencyModels``.
struct LatencyTable: Decodable, Sendable {
    let schema: String
    /// What the device is called.
    let device: String
    /// Samples in a run.
    let batch: Int
    /// By what was timed.
    private let milliseconds: [String: Double]

    static let currentSchema = "jointrank.latency-table/1"

    private enum CodingKeys: CodingKey {
        case schema, device, batch, milliseconds
    }

    /// - Throws: ``JointRankError`` that says where the text is not a table.
    init(path: String) throws(JointRankError) {
        self = try JSONDocument.read(path, as: "latency table")
        guard schema == LatencyTable.currentSchema else {
            throw JointRankError(.badInput, "'\(path)' is of the schema '\(schema)', and \(LatencyTable.currentSchema) is read")
        }
        guard batch >= 1 else { throw JointRankError(.badInput, "'\(path)' is not a latency table: a batch of \(batch)") }
        if let bad = milliseconds.sorted(by: { $0.key < $1.key }).first(where: { !($0.value > 0 && $0.value.isFinite) }) {
            throw JointRankError(.badInput, "'\(path)' is not a latency table: '\(bad.key)' takes \(bad.value) milliseconds")
        }
    }

    /// The key of a whole model.
    ///
    /// - Parameter digest: SHA-256 of its file.
    static func key(ofModel digest: String) -> String { "model \(digest)" }

    /// Milliseconds; nil for what was not timed.
    subscript(key: String) -> Double? { milliseconds[key] }
}
