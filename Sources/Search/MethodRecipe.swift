package import LowRank

/// What a method is made of: how layers are factored, and who gets which rank.
package struct MethodRecipe: Sendable {
    package enum Allocation: Sendable {
        case uniform, normalisedEnergy, energy, zeroSum, firstOrder, joint
    }

    package let basis: Basis
    package let allocation: Allocation
    /// How convolutions may become matrices.
    package let schemes: [FactorizationScheme]
    /// Of the joint method.
    package let pieces: JointPieces

    package init(
        basis: Basis, allocation: Allocation, schemes: [FactorizationScheme] = FactorizationScheme.allCases,
        pieces: JointPieces = JointPieces()
    ) {
        self.basis = basis
        self.allocation = allocation
        self.schemes = schemes
        self.pieces = pieces
    }

    /// Whether the choice needs gates of the original.
    package var needsGates: Bool { allocation == .zeroSum || allocation == .firstOrder }

    /// Whether what was chosen is refined at its ranks.
    package var refines: Bool { allocation == .joint && pieces.refit && pieces.refinement }
}
