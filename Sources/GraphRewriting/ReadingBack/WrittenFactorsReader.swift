internal import LinearAlgebra
internal import LowRank
package import ONNXModel
internal import Tensors

/// Follows the nodes that stand in a layer's place from its output back to its input, and takes the stored matrices from them.
///
/// Structure decides, not names: those of stored factors are free, and may have numbers behind them.
package struct WrittenFactorsReader {
    private let index: GraphIndex

    /// - Parameter model: as ``Rewriting`` wrote it.
    package init(_ model: Model) {
        index = GraphIndex(model)
    }

    /// - Parameters:
    ///   - layer: of the original model, by any scheme.
    ///   - record: what the written model says of it.
    /// - Throws: ``WrittenFactorsError``, and ``ModelError`` for tensors that cannot be read.
    package func factors(of layer: Layer, _ record: WrittenLayer) throws -> WrittenFactors {
        // A prescribed rank may save nothing, but factors never have more components than the longer side.
        guard let layer = layer.viewed(as: record.scheme), (1...max(layer.rows, layer.columns)).contains(record.rank) else {
            throw WrittenFactorsError.impossibleRecord(layer: layer.name)
        }
        var walk = WrittenNodes(index, layer: layer, rank: record.form == .pivoted ? min(record.rank, layer.fullRank) : record.rank)
        let matrices = try record.form == .pivoted ? walk.pivoted() : walk.plain()
        return try WrittenFactors(layer: layer, record: record, matrices, stored: walk.storedParameters)
    }
}

extension WrittenFactors {
    fileprivate init(layer: Layer, record: WrittenLayer, _ matrices: FactorMatrices, stored: Int) throws {
        let form = TwoFactorForm(layer: layer, rank: matrices.first[0].rows)
        let isConvolution = layer.kind == .convolution
        let firstLayout =
            isConvolution
            ? form.firstLayout : .operand(rows: form.rank, columns: layer.columns, isTransposed: layer.kind == .embedding)
        let secondLayout =
            isConvolution ? form.secondLayout : .operand(rows: layer.rows, columns: form.rank, isTransposed: false)
        self.layer = layer
        self.record = record
        inputs = try matrices.inputs.map {
            let layout = InputNarrowing.layout(layer, combinations: $0[0].rows, channels: layer.weightShape[1])
            return try layout.tensor($0, elementType: matrices.elementType)
        }
        first = try firstLayout.tensor(matrices.first, elementType: matrices.elementType)
        second = try secondLayout.tensor(matrices.second, elementType: matrices.elementType)
        storedParameters = stored
    }
}
