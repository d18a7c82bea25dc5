internal import ONNXModel
internal import Tensors

extension NodeUpgrade {
    /// The operators whose form changed between operator sets 7 and 18 in a way that older nodes notice, with the version from which on
    /// the node needs no adapter. Changes that only admit more (types, negative axes, new optional attributes) are not listed.
    static let adapters: [String: (end: Int, adapter: Adapter)] = {
        var adapters: [String: (end: Int, adapter: Adapter)] = [
            "BatchNormalization": (14, { upgrade throws(OpsetUpgradeError) in try upgrade.adaptBatchNormalization() }),
            "Clip": (11, { upgrade in upgrade.adaptClip() }),
            "Dropout": (12, { upgrade throws(OpsetUpgradeError) in try upgrade.adaptDropout() }),
            "Pad": (11, { upgrade in upgrade.adaptPad() }),
            "Resize": (18, { upgrade throws(OpsetUpgradeError) in try upgrade.adaptResize() }),
            "RoiAlign": (16, { upgrade in upgrade.node.attribute.append(.string("coordinate_transformation_mode", "output_half_pixel")) }),
            "Scan": (9, { upgrade throws(OpsetUpgradeError) in throw upgrade.noCounterpart("its scan over a batch was removed") }),
            "Scatter": (18, { upgrade in upgrade.node.opType = "ScatterElements" }),
            "Slice": (10, { upgrade in upgrade.adaptSlice() }),
            "Split": (18, { upgrade in upgrade.adaptSplit() }),
            "TopK": (10, { upgrade throws(OpsetUpgradeError) in try upgrade.adaptTopK() }),
            "Upsample": (10, { upgrade throws(OpsetUpgradeError) in try upgrade.adaptUpsample() }),
        ]
        for name in ["Squeeze", "Unsqueeze", "ReduceSum"] {
            adapters[name] = (13, { upgrade in upgrade.moveToInput("axes", 1) })
        }
        for name in ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"] {
            adapters["Reduce\(name)"] = (18, { upgrade in upgrade.moveToInput("axes", 1) })
        }
        for name in ["Softmax", "LogSoftmax", "Hardmax"] {
            adapters[name] = (13, { upgrade in upgrade.adaptSoftmax() })
        }
        // Experimental operators that only some runtimes ever had.
        for name in [
            "ATen", "Affine", "ConstantFill", "Crop", "DynamicSlice", "GRUUnit", "GivenTensorFill", "ImageScaler", "ParametricSoftplus",
            "Scale", "ScaledTanh",
        ] {
            adapters[name] = (18, { upgrade throws(OpsetUpgradeError) in throw upgrade.noCounterpart("it was experimental and removed") })
        }
        return adapters
    }()

    private mutating func adaptBatchNormalization() throws(OpsetUpgradeError) {
        if node.int("spatial") == 0 { throw noCounterpart("spatial is 0: statistics per element") }
        if node.output.dropFirst().contains(where: isUsed) { throw noCounterpart("it is in training mode") }
        node.output = Array(node.output.prefix(1))
        node.removeAttribute("spatial")
    }

    private mutating func adaptClip() {
        for (index, name) in ["min", "max"].enumerated() {
            guard let bound = node.float(name) else { continue }
            node.setInput(index + 1, scalarLikeInput(bound))
            node.removeAttribute(name)
        }
    }

    /// At inference the output is a copy. What the mask then holds changed between versions.
    private mutating func adaptDropout() throws(OpsetUpgradeError) {
        if let mask = node.optionalOutput(1), isUsed(mask) { throw noCounterpart("its mask is used") }
        node.opType = "Identity"
        node.attribute = []
        node.output = Array(node.output.prefix(1))
    }

    private mutating func adaptPad() {
        moveToInput("pads", 1)
        guard let value = node.float("value") else { return }
        if value != 0 { node.setInput(2, scalarLikeInput(value)) }
        node.removeAttribute("value")
    }

    private mutating func adaptSlice() {
        moveToInput("starts", 1)
        moveToInput("ends", 2)
        moveToInput("axes", 3)
    }

    private mutating func adaptSplit() {
        moveToInput("split", 1)
        guard node.optionalInput(1) == nil else { return }
        node.attribute.append(.int("num_outputs", node.output.count))
    }

    private mutating func adaptTopK() throws(OpsetUpgradeError) {
        guard let count = node.int("k") else { throw noCounterpart("k is missing") }
        node.removeAttribute("k")
        node.setInput(1, integers([count]))
    }

    /// Before version 13, all axes from `axis` on were taken together.
    private mutating func adaptSoftmax() {
        guard let input = node.optionalInput(0) else { return }
        let axis = node.int("axis") ?? 1
        if axis == -1 { return }
        if let rank = type(of: input)?.rank, axis == rank - 1 {
            node.removeAttribute("axis")
            return
        }
        let flat = emit("Flatten", [input], [.int("axis", axis)])
        let result = emit(node.opType, [flat], [.int("axis", -1)])
        node.opType = "Reshape"
        node.input = [result, emit("Shape", [input])]
        node.attribute = [.int("allowzero", 1)]
    }
}
