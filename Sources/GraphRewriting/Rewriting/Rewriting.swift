internal import LowRank
package import ONNXModel
package import Tensors

/// Puts pairs of factors in the place of layers' weights.
package enum Rewriting {
    /// The model with some of its layers in factored form.
    ///
    /// Inputs, outputs, operator sets and everything but the named layers stay as they are. The last node of a form keeps the name and the
    /// output name of the node in whose place it stands. Weights that nothing uses any more are removed, with the Identity nodes
    /// that shared them.
    ///
    /// - Parameters:
    ///   - factors: by layer name (see ``LayerCatalogue``), what takes the weight's place.
    ///   - merged: by layer name, a pair of factors for each group whose product becomes the layer's weight, dense as it was.
    ///   - types: types of computed values where they are known; they decide the component axis for one-axis inputs of MatMul.
    ///   - metadata: entries for the model's `metadata_props`; where given, `jointrank.layers` is added, which says form, rank
    ///     and scheme of each rewritten layer as JSON.
    ///   - factorType: the type that factors are stored in, floating-point; nil for that of the layer's weight, to which others are cast.
    ///   - allowingAnyRank: whether ranks that save no parameters are let through, as for gates on every component of a layer.
    /// - Throws: ``RewritingError``, and ``ModelError`` where the model itself is broken.
    package static func apply(
        _ factors: [String: LayerFactors], merged: [String: LayerFactors] = [:], to model: Model, types: [String: TensorType] = [:],
        metadata: [String: String]? = nil, factorType: ElementType? = nil, allowingAnyRank: Bool = false
    ) throws -> RewrittenModel {
        let catalogue = LayerCatalogue(model: model)
        let names = Set(catalogue.layers.map(\.name))
        if let unknown = [factors, merged].flatMap(\.keys).filter({ !names.contains($0) }).min() {
            throw RewritingError.unknownLayer(unknown)
        }

        var rewriter = try GraphRewriter(model, types: types, factorType: factorType)
        var written: [String: WrittenLayer] = [:]
        for layer in catalogue.layers {
            if let merged = merged[layer.name] { try rewriter.replaceWeight(of: layer.viewed(for: merged), with: merged.pairs) }
            guard let factors = factors[layer.name] else { continue }
            let layer = try layer.viewed(for: factors)
            let rank = try layer.rank(of: factors, allowingAnyRank: allowingAnyRank)
            written[layer.name] = WrittenLayer(form: factors.form, rank: rank, scheme: factors.scheme)
            if let reason = layer.obstacle(to: factors.form, in: model, types: types) {
                throw RewritingError.formNotPossible(layer: layer.name, form: factors.form, reason: reason)
            }
            try rewriter.replace(layer, with: factors)
        }
        var patch = rewriter.patch()
        if let metadata {
            patch.metadata = metadata
            patch.metadata[WrittenLayer.metadataKey] = try WrittenLayer.json(written)
        }
        return try RewrittenModel(model: patch.apply(to: model, types: types), hiddenValues: rewriter.hiddenValues)
    }
}

extension Layer {
    /// This layer by the scheme of its factors.
    fileprivate func viewed(for factors: LayerFactors) throws(RewritingError) -> Layer {
        guard let layer = viewed(as: factors.scheme) else { throw .schemeDoesNotApply(layer: name, scheme: factors.scheme) }
        return layer
    }
}
