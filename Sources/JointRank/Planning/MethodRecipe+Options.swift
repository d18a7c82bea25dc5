internal import LowRank
internal import Search

extension MethodRecipe {
    init(_ options: CompressionOptions) {
        let omitted = options.omitted
        let (basis, allocation): (Basis, Allocation) =
            switch options.method {
            case .svd: (.plain, .normalisedEnergy)
            case .fwsvd: (.rowWeighted, .normalisedEnergy)
            case .asvd: (.columnWeighted, .normalisedEnergy)
            case .svdLLM: (.inputWhitened, .uniform)
            case .balf: (.inputWhitened, .normalisedEnergy)
            case .kfacSVD: (.bothWhitened, .energy)
            case .zsSVD: (.inputWhitened, .zeroSum)
            case .firstOrder: (.inputWhitened, .firstOrder)
            case .joint: (omitted.contains(.gradientWhitening) ? .inputWhitened : .bothWhitened, .joint)
            }
        self.init(
            basis: basis, allocation: allocation,
            schemes: FactorizationScheme.allCases.filter { $0 != .spatial || !omitted.contains(.spatialScheme) },
            pieces: JointPieces(omitting: omitted))
    }
}

extension JointPieces {
    fileprivate init(omitting omitted: Set<Ablation>) {
        self.init()
        crossTerms = !omitted.contains(.crossTerms)
        firstOrder = !omitted.contains(.firstOrder)
        shrinkage = !omitted.contains(.shrinkage)
        rivals = !omitted.contains(.rivals)
        labels = !omitted.contains(.labels)
        measuredTrust = !omitted.contains(.measuredTrust)
        refit = !omitted.contains(.refit)
        leaveOneOut = !omitted.contains(.leaveOneOut)
        refinement = !omitted.contains(.refinement)
        trustRegion = !omitted.contains(.trustRegion)
        renewedBasis = !omitted.contains(.renewedBasis)
        allSamples = !omitted.contains(.allSamples)
    }
}
