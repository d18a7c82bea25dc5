internal import LowRank

/// Takes a network from its full size downwards by one method, point by point.
package struct FrontierWalk {
    let network: any SearchedNetwork
    let recipe: MethodRecipe

    package init(_ network: any SearchedNetwork, _ recipe: MethodRecipe) {
        self.network = network
        self.recipe = recipe
    }

    /// Takes a point, and whether it is at a limit, not on the way to one; false ends the walk.
    package typealias Visit = (_ point: FrontierPoint, _ arrives: Bool) throws -> Bool

    /// - Parameters:
    ///   - layers: all components, in the basis of the method.
    ///   - visit: takes each point; false ends the walk.
    package func run(from layers: [FactoredLayer], down ladder: Ladder, visit: Visit) throws {
        if recipe.allocation == .joint {
            let rivals =
                recipe.pieces.rivals && network.original.target == .originalAnswers ? try Rivals(network, recipe, layers: layers) : nil
            try StagedSearch(network, basis: recipe.basis, pieces: recipe.pieces).walk(from: layers, down: ladder) { point, limit in
                guard let rivals, let limit else { return try visit(point, limit != nil) }
                let best = try rivals.best(against: point, costAtMost: limit)
                // What is the best at a cost need not be all that is wanted.
                let isMissed = try ladder.isContent(with: point.layers) && !ladder.isContent(with: best.layers)
                return try visit(isMissed ? point : best, true)
            }
        } else {
            try OneShotSearch(network, recipe.allocation, layers: layers).walk(down: ladder, visit: visit)
        }
    }

    /// A point with a better loss at the same ranks, where the method can find one.
    package func refined(_ point: FrontierPoint) throws -> FrontierPoint {
        guard recipe.refines else { return point }
        return try Refinement(network, basis: recipe.basis, pieces: recipe.pieces).refined(point)
    }
}
