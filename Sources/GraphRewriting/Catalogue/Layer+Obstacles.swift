package import LowRank
package import ONNXModel

extension Layer {
    /// Why the layer, by its scheme, cannot be written in a form; nil where it can.
    ///
    /// Two factors can always be written. Pivoted rows take slices, and constants that are integers, which old files may not have, and are no
    /// table of the weight's other side.
    ///
    /// - Parameter types: types of computed values where more is known than the model states.
    package func obstacle(to form: StorageForm, in model: Model, types: [String: TensorType] = [:]) -> String? {
        guard form == .pivoted, let operatorSet = try? model.opsetVersion else { return nil }
        if operatorSet < 9, model.proto.irVersion < 4 { return "integer constants need operator set 9 or IR version 4" }
        if scheme == .spatial, operatorSet < 10, uses.contains(where: { $0.window?.strides[1] != 1 }) {
            return "slices with steps need operator set 10"
        }
        if uses.contains(where: { $0.kind == .embedding && $0.isTransposed }) {
            return "an embedding picks from the other side of the weight"
        }
        let left = uses.filter { $0.kind == .matMulLeft }
        if !left.isEmpty {
            let known = model.proto.graph.declaredTypes.merging(types) { _, given in given }
            if left.contains(where: { known[$0.input] == nil }) { return "the number of axes of its input is not known" }
        }
        return nil
    }
}
