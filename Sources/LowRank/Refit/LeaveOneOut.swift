internal import Foundation
package import LinearAlgebra

/// What steps of a ``GateRefit`` do to samples that they were not fitted to, as the quadratic model predicts it: in closed form, and without a
/// sample set aside.
///
/// Without sample i, with J and C the Fisher derivatives and the gradients of the gates, t what is removed, A = JᵀJ / N + damping D and
/// b = mean c + Jᵀt / N, the step is e_i = -(A - j_i j_iᵀ / N)⁻¹ (b - c_i / N - j_i t_i / N), and changes the loss of sample i by
/// c_i . e_i + (j_i . e_i + t_i)² / 2 - t_i² / 2. By the formula of Sherman and Morrison all of it follows from the step on all samples and the
/// diagonals of J A⁻¹Jᵀ, J A⁻¹Cᵀ and C A⁻¹Cᵀ (R. D. Cook and S. Weisberg, "Residuals and Influence in Regression", 1982, chapter 2).
/// These are sums over the singular directions of J D^-½ / sqrt(N), which are found once for all dampings.
package struct LeaveOneOut {
    private let refit: GateRefit
    /// Squared singular values of the scaled J, which is J D^-½ / sqrt(N), as C is: s.
    private let values: [Double]
    /// With p and q the rows of the scaled J and C in the singular directions, samples x directions: p², p q and q² s.
    private let squares: Matrix
    private let products: Matrix
    private let gradientSquares: Matrix
    /// By sample, the square of the scaled C.
    private let total: [Double]

    /// - Returns: nil where there is nothing to scale.
    init?(_ refit: GateRefit) throws(LinearAlgebraError) {
        let samples = refit.jacobian.rows
        guard samples > 1, !refit.gates.isEmpty, refit.penalty.allSatisfy({ $0 > 0 }) else { return nil }
        let scales = refit.penalty.map { 1 / ($0 * Double(samples)).squareRoot() }
        let jacobian = try refit.jacobian.scalingColumns(by: scales)
        let gradients = try refit.gradients.scalingColumns(by: scales)
        let isWide = refit.gates.count > samples
        let gram = try jacobian.multiplied(by: jacobian, transposingSelf: !isWide, transposingOther: isWide)
        let eigen = try gram.symmetricEigen(name: "the gates' Gram matrix")
        let values = eigen.values.map { max($0, 0) }
        let (fisher, first): (Matrix, Matrix)
        // By samples, the singular vectors are the left ones: p = u sqrt(s) and q = r / sqrt(s), where s may be 0.
        if isWide {
            fisher = eigen.vectors
            first = try gradients.multiplied(by: jacobian.multiplied(by: eigen.vectors, transposingSelf: true))
        } else {
            (fisher, first) = (try jacobian.multiplied(by: eigen.vectors), try gradients.multiplied(by: eigen.vectors))
        }
        let squares = try fisher.multipliedElementwise(by: fisher)
        let own = try first.multipliedElementwise(by: first)
        self.squares = try isWide ? squares.scalingColumns(by: values) : squares
        products = try fisher.multipliedElementwise(by: first)
        gradientSquares = try isWide ? own : own.scalingColumns(by: values)
        total = (0..<samples).map { gradients.row($0).reduce(0) { $0 + $1 * $1 } }
        self.values = values
        self.refit = refit
    }

    /// The change of each sample's loss by the step that the other samples ask for.
    package func changes(damping: Double) throws(LinearAlgebraError) -> [Double] {
        let step = try refit.step(damping: damping)
        let (fisherSteps, firstSteps) = (try refit.jacobian.multiplied(by: step), try refit.gradients.multiplied(by: step))
        let weights = values.map { 1 / ($0 + damping) }
        let leverages = try squares.multiplied(by: weights)
        let mixed = try products.multiplied(by: weights)
        let inside = try gradientSquares.multiplied(by: weights)
        return total.indices.map { sample in
            let removed = refit.removed[sample]
            let moved = (fisherSteps[sample] + mixed[sample] + leverages[sample] * removed) / (1 - leverages[sample])
            let change = firstSteps[sample] + (total[sample] - inside[sample]) / damping + mixed[sample] * (removed + moved)
            return change + moved * (moved / 2 + removed)
        }
    }

    /// The damping whose step is predicted to lower the loss most, and the next weaker one, which the other samples may allow as there are more of
    /// them; none where no step is predicted to lower it.
    ///
    /// - Parameter dampings: ascending.
    package func best(of dampings: [Double]) throws(LinearAlgebraError) -> [Double] {
        var best: (index: Int, change: Double)?
        for (index, damping) in dampings.enumerated() {
            let changes = try changes(damping: damping)
            let mean = changes.reduce(0, +) / Double(changes.count)
            if mean < best?.change ?? 0 { best = (index, mean) }
        }
        guard let best else { return [] }
        return [dampings[best.index]] + dampings[..<best.index].suffix(1)
    }
}
