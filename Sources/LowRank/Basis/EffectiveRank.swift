internal import Foundation

/// How many components a layer uses, as if all of these weighed the same.
package enum EffectiveRank {
    /// The exponential of the entropy of the components' shares (O. Roy and M. Vetterli, "The effective rank", EUSIPCO 2007), here of the
    /// squared singular values: from 1, all energy in one component, to their number; 0 where there is no energy.
    package static func of(energies: [Double]) -> Double {
        let total = energies.reduce(0, +)
        guard total > 0 else { return 0 }
        let entropy = energies.reduce(0) { sum, energy in
            let share = energy / total
            return share > 0 ? sum - share * log(share) : sum
        }
        return exp(entropy)
    }
}
