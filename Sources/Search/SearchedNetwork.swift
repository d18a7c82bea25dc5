package import LowRank

/// What a search asks of a network. Layers are always all those that may be factored, in one order.
package protocol SearchedNetwork {
    /// What the original's select samples say.
    var original: CandidateLosses { get }

    /// The layers with their components in a basis made of their second moments in the network as it stands; their maps stay the same.
    ///
    /// - Parameter layers: given up, so that no layer need be held in two bases at once.
    func expressed(_ layers: consuming [FactoredLayer], in basis: Basis) throws -> [FactoredLayer]

    /// The derivatives of the fit samples' losses with respect to a gate on every component, by layer.
    ///
    /// - Parameter target: by which the loss is meant.
    func sensitivities(
        of layers: [FactoredLayer], at moment: GateMoment, towards target: SearchTarget
    ) throws -> [ComponentSensitivities]

    /// What the select samples say with these layers.
    func losses(of layers: [FactoredLayer]) throws -> CandidateLosses

    /// The measured time with these layers as a share of the original's; nil where time does not count.
    func latencyShare(of layers: [FactoredLayer]) throws -> Double?

    /// Whether there are so few samples that they say little about many directions, and that all of them are worth learning from.
    var hasFewSamples: Bool { get }

    /// The same network, whose fit samples are its select samples as well; nil where that is not possible.
    ///
    /// - Parameter layers: all components, in some basis.
    /// - Returns: the layers in the basis, as all of these samples see it, too.
    func learningFromSelect(
        _ layers: [FactoredLayer], in basis: Basis
    ) throws -> (network: any SearchedNetwork, layers: [FactoredLayer])?

    /// Does a piece of the search, or remembers what an interrupted search has found in its place.
    ///
    /// - Parameters:
    ///   - layers: that the search began with.
    ///   - work: nil where there is nothing to find.
    func remembering(
        _ piece: SearchPiece, from layers: [FactoredLayer], _ work: () throws -> SearchOutcome?
    ) throws -> SearchOutcome?
}

extension SearchedNetwork {
    package var hasFewSamples: Bool { false }

    package func learningFromSelect(
        _ layers: [FactoredLayer], in basis: Basis
    ) throws -> (network: any SearchedNetwork, layers: [FactoredLayer])? { nil }

    /// Remembers nothing.
    package func remembering(
        _ piece: SearchPiece, from layers: [FactoredLayer], _ work: () throws -> SearchOutcome?
    ) throws -> SearchOutcome? {
        try work()
    }

    /// A point with these layers, which were measured.
    ///
    /// - Parameter target: that the search has.
    func point(
        _ layers: [FactoredLayer], _ losses: CandidateLosses, by target: SearchTarget, step: FrontierPoint.Step? = nil,
        path: [SearchStep]? = nil
    ) throws -> FrontierPoint {
        try FrontierPoint(layers: layers, losses, original: original, target: target, step: step, path: path)
    }

    /// The select samples' losses with these layers, beside the original's.
    package func comparison(of layers: [FactoredLayer]) throws -> PairedComparison {
        try PairedComparison(before: original.losses, after: losses(of: layers).losses)
    }
}
