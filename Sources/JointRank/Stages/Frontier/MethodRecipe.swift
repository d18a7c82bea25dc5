internal import LowRank

/// What a method is made of: how layers are factored, and who gets which rank.
struct MethodRecipe {
    enum Allocation {
        case uniform, normalisedEnergy, energy, zeroSum, firstOrder, joint
    }

    let basis: Basis
    let allocation: Allocation
    /// How convolutions may become matrices.
    let schemes: [FactorizationScheme]
    /// Pieces of the joint method to leave out.
    let omitted: Set<JointPiece>

    /// Whether what was chosen is refined at its ranks.
    var refines: Bool { allocation == .joint && omitted.isDisjoint(with: [.refit, .refinement]) }

    init(_ options: CompressionOptions) {
        omitted = options.omitted
        schemes = FactorizationScheme.allCases.filter { $0 != .spatial || !options.omitted.contains(.spatialScheme) }
        switch options.method {
        case .svd: (basis, allocation) = (.plain, .normalisedEnergy)
        case .fwsvd: (basis, allocation) = (.rowWeighted, .normalisedEnergy)
        case .asvd: (basis, allocation) = (.columnWeighted, .normalisedEnergy)
        case .svdLLM: (basis, allocation) = (.inputWhitened, .uniform)
        case .balf: (basis, allocation) = (.inputWhitened, .normalisedEnergy)
        case .kfacSVD: (basis, allocation) = (.bothWhitened, .energy)
        case .zsSVD: (basis, allocation) = (.inputWhitened, .zeroSum)
        case .firstOrder: (basis, allocation) = (.inputWhitened, .firstOrder)
        case .joint: (basis, allocation) = (options.omitted.contains(.gradientWhitening) ? .inputWhitened : .bothWhitened, .joint)
        }
    }
}
