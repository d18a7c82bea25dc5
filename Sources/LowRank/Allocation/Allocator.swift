package import LinearAlgebra

/// Says which layer keeps how many components within a budget.
package protocol Allocator: Sendable {
    /// One rank for each layer.
    ///
    /// - Parameter limit: the most that all layers may cost together.
    /// - Returns: nil where no choice is that cheap.
    func ranks(costAtMost limit: Double) throws(LinearAlgebraError) -> [Int]?
}

/// What every rank of a layer costs, 0 to full: parameters, or milliseconds; infinite for ranks that must not be chosen.
package typealias RankCosts = [Double]
