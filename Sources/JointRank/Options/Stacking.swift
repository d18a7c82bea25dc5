/// Whether products of one value with several weights share a first factor: query, key and value, gate and up.
public enum Stacking: String, Sendable, Hashable, CaseIterable, Codable {
    /// Each product has factors of its own.
    case never
    /// Wherever products of one value have constant weights.
    case always
    /// The better of both, as measured on the select samples; takes twice the time.
    case auto
}
