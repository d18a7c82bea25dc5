package import Tensors

/// How far a provider's values are from those of the CPU.
package struct ValueDifference: Sendable, Hashable {
    /// Of the tensor that differs most: the norm of the difference as a share of its norm. Infinite where a tensor is missing or is no numbers.
    package let share: Double

    /// The most that other orders of summation, and rounding products to fewer digits, are taken to do; a wrong value does far more.
    private static let tolerance = 0.02
    /// The share of the largest norm up to which another one counts for no more than that: rounding is all of it.
    private static let negligible = 1e-6

    /// Whether it may be rounding alone.
    package var isRounding: Bool { share <= ValueDifference.tolerance }

    /// Tensors that are no numbers on the CPU say nothing of the provider.
    ///
    /// - Parameters:
    ///   - values: the provider's, by name.
    ///   - expected: the CPU's.
    package init(of values: [String: Tensor], from expected: [String: Tensor]) {
        var parts: [(error: Double, norm: Double)] = []
        for (name, expected) in expected {
            var own: [Double] = []
            var others: [Double] = []
            guard expected.add(to: &own), own.allSatisfy(\.isFinite) else { continue }
            guard values[name]?.add(to: &others) == true, others.count == own.count, others.allSatisfy(\.isFinite) else {
                share = .infinity
                return
            }
            parts.append((ValueDifference.norm(zip(own, others).map { $0 - $1 }), ValueDifference.norm(own)))
        }
        let least = ValueDifference.negligible * (parts.map(\.norm).max() ?? 0)
        share = parts.map { $0.error > 0 ? $0.error / max($0.norm, least) : 0 }.max() ?? 0
    }

    private static func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
