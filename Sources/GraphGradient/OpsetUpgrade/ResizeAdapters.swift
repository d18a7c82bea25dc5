internal import ONNXModel
internal import Tensors

extension NodeUpgrade {
    /// Upsample became Resize, which it equals with coordinates that scale without an offset.
    mutating func adaptUpsample() throws(OpsetUpgradeError) {
        if let scales = node.attributeProto("scales") {
            node.setInput(1, constant(Tensor(scales.floats)))
            node.removeAttribute("scales")
        }
        guard let scales = node.optionalInput(1) else { throw noCounterpart("scales are missing") }
        try setScalesOnly(scales, nearestMode: "floor")
    }

    /// Resize of version 10 has scales only; from 11 to 17 an input that was not meant could be an empty tensor.
    mutating func adaptResize() throws(OpsetUpgradeError) {
        if version == 10 {
            guard let scales = node.optionalInput(1) else { throw noCounterpart("scales are missing") }
            let nearestMode = try nearestMode(scales)
            return try setScalesOnly(scales, nearestMode: nearestMode)
        }
        if node.string("coordinate_transformation_mode") == "tf_half_pixel_for_nn" {
            throw noCounterpart("tf_half_pixel_for_nn was removed")
        }
        if node.optionalInput(3) != nil, node.input.count > 2 { node.input[2] = "" }
    }

    private mutating func setScalesOnly(_ scales: String, nearestMode: String) throws(OpsetUpgradeError) {
        let mode = node.string("mode") ?? "nearest"
        guard ["nearest", "linear", "bilinear"].contains(mode) else { throw noCounterpart("mode is '\(mode)'") }
        node.opType = "Resize"
        node.input = [node.input.first ?? "", "", scales]
        node.attribute = [
            .string("coordinate_transformation_mode", "asymmetric"), .string("mode", mode == "nearest" ? "nearest" : "linear"),
            .string("nearest_mode", nearestMode),
        ]
    }

    /// Version 10 left rounding open; ONNX Runtime rounds up along axes that shrink and down along others.
    private func nearestMode(_ scales: String) throws(OpsetUpgradeError) -> String {
        guard node.string("mode") ?? "nearest" == "nearest" else { return "floor" }
        guard let values: [Float] = constant(scales)?.elements() else {
            throw noCounterpart("how it rounds depends on scales that are not constant")
        }
        if values.allSatisfy({ $0 >= 1 }) { return "floor" }
        if values.allSatisfy({ $0 <= 1 }) { return "ceil" }
        throw noCounterpart("some axes grow and some shrink, for which it rounds differently")
    }
}
