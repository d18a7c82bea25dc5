/// Whether products of one value with several weights share a first factor: query, key and value, gate and up.
public enum Stacking: String, Sendable, Hashable, CaseIterable, Codable {
    case never
    case always
    /// The better of both, as measured on the select samples; takes twice the time.
    case auto
}
