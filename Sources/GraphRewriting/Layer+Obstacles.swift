package import LowRank
package import ONNXModel

extension Layer {
    /// Why the layer, by its scheme, cannot be written in a form; nil where it can.
    ///
    /// Two factors can always be written. Pivoted rows serve uses of one kind, and take slices, and constants that are integers,
    /// which old files may not have.
    ///
    /// - Parameter types: types of computed values where more is known than the model states.
    package func obstacle(to form: StorageForm, in model: Model, types: [String: TensorType] = [:]) -> String? {
        guard form == .pivoted, let operatorSet = try? model.opsetVersion else { return nil }
        if uses.contains(where: { $0.kind != kind || $0.isTransposed }) { return "its weight is used in several ways" }
        if operatorSet < 9, model.proto.irVersion < 4 { return "integer constants need operator set 9 or IR version 4" }
        if scheme == .spatial, operatorSet < 10, uses.contains(where: { $0.window?.strides[1] != 1 }) {
            return "slices with steps need operator set 10"
        }
        if kind == .matMulLeft {
            let known = model.proto.graph.declaredTypes.merging(types) { _, given in given }
            if uses.contains(where: { known[$0.input] == nil }) { return "the number of axes of its input is not known" }
        }
        return nil
    }
}
