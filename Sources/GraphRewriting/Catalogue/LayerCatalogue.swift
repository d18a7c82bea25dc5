package import ONNXModel

/// The layers of a model, treatable or not, each list in graph order.
package struct LayerCatalogue: Sendable {
    package private(set) var layers: [Layer] = []
    /// Nodes with weights that stay as they are; those of subgraphs and functions come last.
    package private(set) var untreated: [UntreatedLayer] = []

    package init(model: Model) {
        var survey = LayerSurvey(model)
        for position in model.proto.graph.node.indices {
            switch survey.finding(at: position) {
            case .layer(let layer): layers.append(layer)
            case .untreated(let layer): untreated.append(layer)
            case nil: continue
            }
        }
        untreated += survey.nestedLayers()
    }

    package func layer(named name: String) -> Layer? {
        layers.first { $0.name == name }
    }
}
