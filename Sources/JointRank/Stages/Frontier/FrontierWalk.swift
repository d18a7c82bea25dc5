internal import LowRank

/// Takes a model from its full size downwards by one method, point by point.
struct FrontierWalk {
    let calibrator: Calibrator
    let measurement: SelectMeasurement
    let costs: LayerCosts
    let recipe: MethodRecipe
    let journal: Journal

    /// Takes a point, and whether it is at a limit, not on the way to one; false ends the walk.
    typealias Visit = (_ point: FrontierPoint, _ arrives: Bool) throws -> Bool

    /// - Parameters:
    ///   - layers: all components, in the basis of the method.
    ///   - energies: squared singular values by layer and component.
    ///   - limits: descending costs.
    ///   - visit: takes each point; false ends the walk.
    func run(from layers: FactoredLayers, energies: [[Double]], limits: [Double], visit: Visit) throws {
        if recipe.allocation == .joint {
            try StagedSearch(
                calibrator: calibrator, measurement: measurement, costs: costs.byLayer, basis: recipe.basis, omitted: recipe.omitted,
                journal: journal
            ).walk(from: layers, limits: limits, visit: visit)
        } else {
            let search = try OneShotSearch(
                recipe.allocation, layers: layers, energies: energies, costs: costs.byLayer, measurement: measurement
            ) {
                try calibrator.sensitivities(of: layers, stage: 0)
            }
            try search.walk(limits: limits, visit: visit)
        }
    }

    /// A point with a better loss at the same ranks, where the method can find one.
    func refined(_ point: FrontierPoint) throws -> FrontierPoint {
        guard recipe.refines else { return point }
        return try Refinement(calibrator: calibrator, measurement: measurement, basis: recipe.basis, journal: journal).refined(point)
    }
}
