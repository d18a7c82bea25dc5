/// When gates are collected; each time draws output directions of its own.
package enum GateMoment: Sendable, Hashable {
    /// Counted from 0.
    case stage(Int)
    /// Counted from 1.
    case refinement(Int)
}
