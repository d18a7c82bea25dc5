internal import LowRank

/// Learns a chosen point again from all samples but the certify ones.
///
/// What the select samples have decided stays: how far each stage went, how strongly its refit was damped, which rounds followed. Ranks, directions
/// and scales follow from the fit samples, and are better the more of these there are. So, once everything is decided, the select samples are
/// fitted on as well. From then on they say nothing of the point.
package struct Relearning {
    private let network: any SearchedNetwork
    private let recipe: MethodRecipe
    private let start: [FactoredLayer]
    /// The network that learns from all samples, with all components in the basis of the method; nil before it was asked for.
    private var whole: (network: any SearchedNetwork, layers: [FactoredLayer])?
    /// Where the last point was before its last cut and what followed: a walk's points share the way there.
    private var known: (path: [SearchStep], layers: [FactoredLayer])?

    /// - Parameter layers: all components, in the basis of the method.
    package init(_ network: any SearchedNetwork, _ recipe: MethodRecipe, from layers: [FactoredLayer]) {
        self.network = network
        self.recipe = recipe
        start = layers
    }

    /// The point with layers learned from all samples; the point itself where it has no path, where there are samples enough, or where the select
    /// samples, though fitted on, find it worse.
    package mutating func relearned(_ point: FrontierPoint) throws -> FrontierPoint {
        guard recipe.pieces.allSamples, network.hasFewSamples, let path = point.path, !path.isEmpty else { return point }
        whole = try whole ?? network.learningFromSelect(start, in: recipe.basis)
        guard let whole, let layers = try layers(along: path, whole) else { return point }
        let measured = try network.point(layers, network.losses(of: layers), by: point.target)
        guard measured.objective.difference <= point.objective.difference + point.objective.standardError else { return point }
        return point.relearned(layers)
    }

    private mutating func layers(
        along path: [SearchStep], _ whole: (network: any SearchedNetwork, layers: [FactoredLayer])
    ) throws -> [FactoredLayer]? {
        let search = StagedSearch(whole.network, basis: recipe.basis, pieces: recipe.pieces)
        let refinement = Refinement(whole.network, basis: recipe.basis, pieces: recipe.pieces)
        var (done, layers) = known.flatMap { path.starts(with: $0.path) ? $0 : nil } ?? ([], whole.layers)
        for step in path.dropFirst(done.count) {
            switch step {
            case .cut(let cost, let trust, let damping):
                known = (done, layers)
                let next = try search.repeating(
                    layers, stage: done.count(where: \.isCut), towards: done.target ?? network.original.target, cost: cost, trust: trust,
                    damping: damping)
                guard let next else { return nil }
                layers = next
            case .singularValues(let cost):
                guard let next = try OneShotSearch(singularValuesOf: layers, whole.network).layers(costAtMost: cost) else { return nil }
                layers = next
            case .round(let target, let damping):
                layers = try refinement.rescaling(layers, at: .refinement(done.count), towards: target)(damping)
            }
            done.append(step)
        }
        return layers
    }
}

extension SearchStep {
    fileprivate var isCut: Bool { if case .cut = self { true } else { false } }
}

extension [SearchStep] {
    /// By which a search went on; nil before any round.
    fileprivate var target: SearchTarget? {
        for case .round(let target, _) in reversed() { return target }
        return nil
    }
}
