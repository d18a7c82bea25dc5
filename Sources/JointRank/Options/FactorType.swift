/// The type that factors are stored in.
public enum FactorType: String, Sendable, Hashable, CaseIterable, Codable {
    /// 32 bits.
    case float32
    /// 16 bits, 11 of them significant.
    case float16
    /// 16 bits, 8 of them significant.
    case bfloat16
}
