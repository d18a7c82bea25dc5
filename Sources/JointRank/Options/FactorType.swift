/// The type that factors are stored in.
public enum FactorType: String, Sendable, Hashable, CaseIterable, Codable {
    case float32
    case float16
    case bfloat16
}
