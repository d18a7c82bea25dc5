import Foundation
import GraphGradient
import ONNXModel
import OnnxRuntimeEngine
import SwiftProtobuf
import Tensors
import Testing

/// Every adapter: ONNX Runtime must return the same for the old and the upgraded model.
@Suite("Upgrades of operator sets", .enabled(if: OldModel.runtimeIsInstalled, Comment(rawValue: OldModel.hint)))
struct OpsetUpgradeTests {
    @Test("Axes of Squeeze and Unsqueeze", arguments: [7, 11, 12])
    func axesOfSqueezeAndUnsqueeze(version: Int) throws {
        try OldModel(version, "Squeeze", [.ramp(2, 1, 3, 1)]).expectSameResults()
        try OldModel(version, "Squeeze", [.ramp(2, 1, 3, 1)], [.ints("axes", [3])]).expectSameResults()
        try OldModel(version, "Unsqueeze", [.ramp(2, 3)], [.ints("axes", [0, 2])]).expectSameResults()
        guard version >= 11 else { return }
        try OldModel(version, "Squeeze", [.ramp(2, 1, 3, 1)], [.ints("axes", [-1])]).expectSameResults()
        try OldModel(version, "Unsqueeze", [.ramp(2, 3)], [.ints("axes", [-1])]).expectSameResults()
    }

    @Test("Reductions", arguments: ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare"])
    func reductions(name: String) throws {
        let positive = Tensor.ramp(2, 3, 4, above: 0.5)
        for version in [7, 11, 12, 13, 17] {
            try OldModel(version, "Reduce\(name)", [positive]).expectSameResults()
            // The sum takes its axes as an input since 13.
            guard name != "Sum" || version < 13 else { continue }
            try OldModel(version, "Reduce\(name)", [positive], [.ints("axes", [0, 2])]).expectSameResults()
            try OldModel(version, "Reduce\(name)", [positive], [.ints("axes", [1]), .int("keepdims", 0)]).expectSameResults()
            guard version >= 11 else { continue }
            try OldModel(version, "Reduce\(name)", [positive], [.ints("axes", [-2])]).expectSameResults()
        }
    }

    @Test("Softmax", arguments: ["Softmax", "LogSoftmax", "Hardmax"])
    func softmax(name: String) throws {
        for version in [7, 11, 13] {
            try OldModel(version, name, [.ramp(2, 3, 4)]).expectSameResults()
            try OldModel(version, name, [.ramp(2, 3)]).expectSameResults()
            for axis in 0..<3 { try OldModel(version, name, [.ramp(2, 3, 4)], [.int("axis", axis)]).expectSameResults() }
            guard version >= 11 else { continue }
            for axis in -3..<0 { try OldModel(version, name, [.ramp(2, 3, 4)], [.int("axis", axis)]).expectSameResults() }
        }
    }

    @Test("Softmax without declared shapes")
    func softmaxWithoutDeclaredShapes() throws {
        for axis in 0..<3 {
            var model = OldModel(12, "Softmax", [.ramp(2, 3, 4)], [.int("axis", axis)])
            model.declaresShapes = false
            try model.expectSameResults()
        }
    }

    @Test("Slice")
    func slice() throws {
        let input = Tensor.ramp(4, 5, 6)
        try OldModel(9, "Slice", [input], [.ints("starts", [1, 0]), .ints("ends", [3, 100])]).expectSameResults()
        try OldModel(7, "Slice", [input], [.ints("starts", [-2]), .ints("ends", [-1]), .ints("axes", [2])]).expectSameResults()
        try OldModel(10, "Slice", [input, Tensor([0] as [Int64]), Tensor([2] as [Int64])]).expectSameResults()
    }

    @Test("Pad", arguments: ["constant", "reflect", "edge"])
    func pad(mode: String) throws {
        let pads = AttributeProto.ints("pads", [0, 1, 0, 2])
        try OldModel(7, "Pad", [.ramp(3, 4)], [pads, .string("mode", mode)]).expectSameResults()
        try OldModel(10, "Pad", [.ramp(3, 4)], [pads, .string("mode", mode), .float("value", 0)]).expectSameResults()
        try OldModel(11, "Pad", [.ramp(3, 4), Tensor([0, 1, 0, 2] as [Int64])], [.string("mode", mode)]).expectSameResults()
    }

    @Test("Pad with values")
    func padWithValues() throws {
        let pads = AttributeProto.ints("pads", [0, 1, 1, 2])
        try OldModel(7, "Pad", [.ramp(3, 4)], [pads, .float("value", 2.5)]).expectSameResults()
        try OldModel(9, "Pad", [Tensor([1.5, 2.5])], [.ints("pads", [1, 2]), .float("value", 0.1)]).expectSameResults()
        try OldModel(9, "Pad", [.ramp(3, 4)], [.ints("pads", [0, -1, 2, 1])]).expectSameResults()
    }

    @Test("Clip")
    func clip() throws {
        for version in [7, 10, 12] {
            try OldModel(version, "Clip", [.ramp(3, 4)]).expectSameResults()
        }
        let (low, high) = (AttributeProto.float("min", -0.5), AttributeProto.float("max", 0.75))
        for attributes in [[low], [high], [low, high]] {
            try OldModel(7, "Clip", [.ramp(3, 4)], attributes).expectSameResults()
            var undeclared = OldModel(10, "Clip", [.ramp(3, 4)], attributes)
            undeclared.nodes.insert(NodeProto("Neg", ["x0"], ["between"]), at: 0)
            undeclared.nodes[1].input[0] = "between"
            try undeclared.expectSameResults()
        }
    }

    @Test("Dropout", arguments: [7, 10, 12, 13])
    func dropout(version: Int) throws {
        try OldModel(version, "Dropout", [.ramp(3, 4)], version < 12 ? [.float("ratio", 0.4)] : []).expectSameResults()
        var masked = OldModel(version, "Dropout", [.ramp(3, 4)])
        masked.nodes[0].output.append("mask")
        try masked.expectSameResults()
    }

    @Test("Upsample", arguments: ["nearest", "linear"])
    func upsample(mode: String) throws {
        let input = Tensor.ramp(1, 2, 3, 4)
        for scales in [[1, 1, 2, 3], [1, 1, 1.5, 2.3]] as [[Float]] {
            let attribute = AttributeProto.floats("scales", scales)
            try OldModel(7, "Upsample", [input], [.string("mode", mode), attribute]).expectSameResults()
            try OldModel(8, "Upsample", [input], [attribute]).expectSameResults()
            try OldModel(9, "Upsample", [input, Tensor(scales)], [.string("mode", mode)]).expectSameResults()
        }
    }

    @Test("Resize", arguments: ["nearest", "linear"])
    func resize(mode: String) throws {
        let input = Tensor.ramp(1, 2, 5, 6)
        let modes = [AttributeProto.string("mode", mode)]
        for scales in [[1, 1, 2, 2], [1, 1, 1.7, 1.3], [1, 1, 0.5, 0.5], [1, 1, 0.6, 0.7], [1, 1, 1, 1]] as [[Float]] {
            try OldModel(10, "Resize", [input, Tensor(scales)], modes).expectSameResults()
            try OldModel(11, "Resize", [input, Tensor([] as [Float]), Tensor(scales)], modes).expectSameResults()
        }
        let sizes = Tensor([1, 2, 7, 9] as [Int64])
        for version in [11, 13, 17] {
            let nothing = Tensor([] as [Float])
            try OldModel(version, "Resize", [input, nothing, nothing, sizes], modes).expectSameResults()
        }
    }

    @Test("Split")
    func split() throws {
        let input = Tensor.ramp(6, 4)
        for version in [7, 11, 12, 13, 17] {
            try OldModel(version, "Split", [input], outputs: 3).expectSameResults()
            try OldModel(version, "Split", [input], [.int("axis", 1)], outputs: 2).expectSameResults()
            if version < 13 {
                try OldModel(version, "Split", [input], [.ints("split", [1, 5])], outputs: 2).expectSameResults()
            } else {
                try OldModel(version, "Split", [input, Tensor([1, 5] as [Int64])], outputs: 2).expectSameResults()
            }
        }
    }

    @Test("Other operators")
    func others() throws {
        try OldModel(7, "TopK", [.ramp(3, 6)], [.int("k", 2)], outputs: 2).expectSameResults()
        try OldModel(10, "TopK", [.ramp(3, 6), Tensor([2] as [Int64])], outputs: 2).expectSameResults()
        let indices = try Tensor(shape: [1, 3], [2, 0, 1] as [Int64])
        try OldModel(9, "Scatter", [.ramp(3, 3), indices, .ramp(1, 3)]).expectSameResults()
        let statistics = [Tensor.ramp(3), .ramp(3), .ramp(3), .ramp(3, above: 0.5)]
        for version in [7, 9, 13] {
            let attributes: [AttributeProto] = version < 9 ? [.int("spatial", 1)] : []
            try OldModel(version, "BatchNormalization", [.ramp(2, 3, 2)] + statistics, attributes).expectSameResults()
        }
        let boxes = try Tensor(shape: [2, 4], [0, 0, 3, 3, 1, 1, 4, 3] as [Float])
        let images = Tensor([0, 0] as [Int64])
        try OldModel(10, "RoiAlign", [.ramp(1, 2, 6, 6), boxes, images], [.int("output_height", 2), .int("output_width", 2)])
            .expectSameResults()
    }

    @Test("Subgraphs")
    func subgraphs() throws {
        func branch(_ opType: String, _ attributes: [AttributeProto]) -> GraphProto {
            var graph = GraphProto()
            graph.name = opType
            graph.node = [NodeProto(opType, ["x0"], ["\(opType).result"], attributes)]
            graph.output = [ValueInfoProto(name: "\(opType).result", TensorType(.float32, [.dynamic, .dynamic]))]
            return graph
        }
        let inner = NodeProto(
            "If", ["x1"], ["inner"],
            [
                .graph("then_branch", branch("ReduceMean", [.ints("axes", [1])])),
                .graph("else_branch", branch("Softmax", [.int("axis", 0)])),
            ])
        var nested = GraphProto()
        nested.name = "nested"
        nested.node = [inner]
        nested.output = [ValueInfoProto(name: "inner", TensorType(.float32, [.dynamic, .dynamic]))]
        for condition in [true, false] {
            var model = OldModel(11, "If", [.ramp(3, 4), Tensor(scalar: condition)])
            model.nodes = [
                NodeProto("If", ["x1"], ["y0"], [.graph("then_branch", nested), .graph("else_branch", branch("Clip", []))])
            ]
            try model.expectSameResults()
        }
    }

    @Test("Functions")
    func functions() throws {
        var model = OldModel(17, "Centre", [.ramp(3, 4)])
        model.nodes[0].domain = "local"
        var function = FunctionProto()
        function.name = "Centre"
        function.domain = "local"
        function.input = ["x"]
        function.output = ["centred"]
        function.opsetImport = [.with { $0.version = 17 }]
        function.node = [NodeProto("ReduceMean", ["x"], ["mean"], [.ints("axes", [1])]), NodeProto("Sub", ["x", "mean"], ["centred"])]
        model.functions = [function]
        try model.expectSameResults()
    }

    @Test("Initializers that had to be inputs")
    func initializersThatHadToBeInputs() throws {
        var model = OldModel(8, "Add", [.ramp(3, 4)])
        model.initializers = [("weight", .ramp(4))]
        model.nodes[0].input.append("weight")
        model.format = 3
        try model.expectSameResults()
        let upgraded = try OpsetUpgrade.upgraded(model.proto)
        #expect(upgraded.graph.input.map(\.name) == ["x0"])
        #expect(upgraded.irVersion == 8)
    }

    @Test("Leaves new models alone")
    func leavesNewModelsAlone() throws {
        for version in [18, 21] {
            let model = OldModel(version, "Relu", [.ramp(3)]).proto
            #expect(try OpsetUpgrade.upgraded(model) == model)
        }
    }

    @Test("Keeps the names of values")
    func keepsTheNamesOfValues() throws {
        var model = OldModel(9, "Softmax", [.ramp(2, 3, 4)], [.int("axis", 1)])
        model.nodes += [
            NodeProto("Clip", ["y0"], ["clipped"], [.float("min", 0.1)]),
            // A name that an adapter would like to take.
            NodeProto("Identity", ["clipped"], ["upgrade/y0/Softmax"]),
        ]
        let upgraded = try OpsetUpgrade.upgraded(model.proto).graph.node
        let produced = upgraded.flatMap(\.output)
        #expect(Set(produced).count == produced.count)
        #expect(Set(produced).isSuperset(of: ["y0", "clipped", "upgrade/y0/Softmax"]))
        #expect(Set(upgraded.map(\.name)).count == upgraded.count)
    }

    @Test("Refuses what has no counterpart")
    func refusesWhatHasNoCounterpart() throws {
        var used = OldModel(10, "Dropout", [.ramp(3)], outputs: 2)
        used.nodes[0].name = "drop"
        var referring = AttributeProto.ints("axes", [])
        referring.refAttrName = "which"
        let models: [(OldModel, String)] = [
            (used, "operator Dropout (node 'drop') has no counterpart in operator set 18: its mask is used"),
            (OldModel(6, "Relu", [.ramp(3)]), "operator set 6 is older than 7, the oldest that can be upgraded"),
            (
                OldModel(7, "BatchNormalization", [.ramp(3)], [.int("spatial", 0)]),
                "operator BatchNormalization (node 'y0') has no counterpart in operator set 18: spatial is 0: statistics per element"
            ),
            (
                OldModel(9, "BatchNormalization", [.ramp(3)], outputs: 5),
                "operator BatchNormalization (node 'y0') has no counterpart in operator set 18: it is in training mode"
            ),
            (
                OldModel(11, "Resize", [.ramp(3)], [.string("coordinate_transformation_mode", "tf_half_pixel_for_nn")]),
                "operator Resize (node 'y0') has no counterpart in operator set 18: tf_half_pixel_for_nn was removed"
            ),
            (
                OldModel(9, "ImageScaler", [.ramp(3)]),
                "operator ImageScaler (node 'y0') has no counterpart in operator set 18: it was experimental and removed"
            ),
            (
                OldModel(8, "Scan", [.ramp(3)]),
                "operator Scan (node 'y0') has no counterpart in operator set 18: its scan over a batch was removed"
            ),
            (
                OldModel(8, "Squeeze", [.ramp(3)], [referring]),
                "operator Squeeze (node 'y0') has no counterpart in operator set 18: it takes attributes from a function"
            ),
        ]
        for (model, message) in models {
            #expect { try OpsetUpgrade.upgraded(model.proto) } throws: { "\($0)" == message }
        }
        var nameless = models[0].0.proto
        nameless.opsetImport = []
        #expect(throws: OpsetUpgradeError.version(nil)) { try OpsetUpgrade.upgraded(nameless) }
    }

    @Test("Refuses scales it cannot judge")
    func refusesScalesItCannotJudge() throws {
        let unknown = OldModel(10, "Resize", [.ramp(1, 1, 2, 2), Tensor([1, 1, 2, 2] as [Float])], scalesAreInputs: true)
        let mixed = OldModel(10, "Resize", [.ramp(1, 1, 2, 2), Tensor([1, 1, 2, 0.5] as [Float])])
        for model in [unknown, mixed] {
            #expect(throws: OpsetUpgradeError.self) { try OpsetUpgrade.upgraded(model.proto) }
        }
    }
}
