internal import LowRank

/// What a method is made of: how layers are factored, and who gets which rank.
struct MethodRecipe {
    enum Allocation {
        case uniform, normalisedEnergy, energy, zeroSum, firstOrder, joint
    }

    let basis: Basis
    let allocation: Allocation

    init(_ method: Method) {
        switch method {
        case .svd: (basis, allocation) = (.plain, .normalisedEnergy)
        case .fwsvd: (basis, allocation) = (.rowWeighted, .normalisedEnergy)
        case .asvd: (basis, allocation) = (.columnWeighted, .normalisedEnergy)
        case .svdLLM: (basis, allocation) = (.inputWhitened, .uniform)
        case .balf: (basis, allocation) = (.inputWhitened, .normalisedEnergy)
        case .kfacSVD: (basis, allocation) = (.bothWhitened, .energy)
        case .zsSVD: (basis, allocation) = (.inputWhitened, .zeroSum)
        case .firstOrder: (basis, allocation) = (.inputWhitened, .firstOrder)
        case .joint: (basis, allocation) = (.bothWhitened, .joint)
        }
    }
}
