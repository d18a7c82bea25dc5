import Foundation
import ONNXModel
import Reporting
import Tensors
import TestSupport
import Testing

@Suite("Bad models: exit code 65, one line, no trace")
struct BadModelTests {
    /// A change that breaks a model, and a part of the message that must say so.
    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let message: String
        let apply: @Sendable (inout ModelProto) throws -> Void

        init(_ description: String, _ message: String, _ apply: @escaping @Sendable (inout ModelProto) throws -> Void) {
            testDescription = description
            self.message = message
            self.apply = apply
        }
    }

    static let damages = [
        Damage("NaN in a weight", "tensor 'weight2' (used by node 'product2') holds NaN") { $0.poison("weight2", with: .nan) },
        Damage("infinity in a weight", "the weight of layer 'product1' holds an infinity") {
            $0.poison("weight1", with: .infinity)
        },
        Damage("NaN in a bias", "tensor 'bias1' (used by node 'sum1') holds NaN") { $0.poison("bias1", with: .nan) },
        Damage("NaN that a mask hides from the scores", "the weight of layer 'unseen' holds an infinity or NaN") { proto in
            var tensor = try #require(proto.graph.initializer.first { $0.name == "weight1" })
            tensor.name = "unseen.weight"
            proto.graph.initializer.append(tensor)
            proto.poison("unseen.weight", with: .nan)
            proto.graph.node.append(node("MatMul", ["features", "unseen.weight"], "unseen"))
        },
        Damage("scores that overflow", "are not finite") { proto in
            proto.graph.node[7].output = ["finite"]
            proto.graph.node[7].name = "last"
            proto.graph.node += [node("Exp", ["finite"], "e1"), node("Exp", ["e1"], "e2"), node("Exp", ["e2"], "scores")]
        },
        Damage("scores that are no number", "are not finite") { proto in
            proto.graph.node[7].output = ["finite"]
            proto.graph.node[7].name = "last"
            proto.graph.node.append(node("Log", ["finite"], "scores"))
        },
        Damage("no outputs", "has no outputs") { $0.graph.output = [] },
        Damage("no nodes", "has no nodes") { $0.graph = graph([], inputs: [], outputs: []) },
        Damage("no graph", "holds no graph") { $0.clearGraph() },
        Damage("integer scores", "needs a floating-point output, but the model gives int64") { proto in
            proto.graph.node.append(node("Cast", ["scores"], "classes", .int("to", 7)))
            proto.graph.output = [value("classes", [nil, 6], .int64)]
        },
        Damage("operators in bfloat16", "it has few kernels for float16 and bfloat16 on the CPU") { proto in
            proto.graph.node += [
                node("Cast", ["scores"], "brain", .int("to", 16)), node("Tanh", ["brain"], "tanh"),
                node("Cast", ["tanh"], "last", .int("to", 1)),
            ]
            proto.graph.output = [value("last", [nil, 6])]
        },
        Damage("a single score", "needs an output of shape [samples, classes]") { proto in
            proto.graph.node.append(node("ReduceSum", ["scores"], "sum", .int("keepdims", 0)))
            proto.graph.output = [value("sum", [])]
        },
        Damage("scores of positions", "the labels have 1 entry a sample, which does not go with the output [8, 2, 3]") { proto in
            proto.graph.node.append(node("Reshape", ["scores", "shape"], "positions"))
            proto.graph.initializer.append(TensorProto(name: "shape", Tensor([-1, 2, 3] as [Int64])))
            proto.graph.output = [value("positions", [nil, 2, 3])]
        },
        Damage("an unknown operator", "Nonsense") { $0.graph.node[2].opType = "Nonsense" },
        Damage("a missing weight", "nothing defines") { proto in proto.graph.initializer.removeAll { $0.name == "weight2" } },
        Damage("nodes out of order", "topological order") { $0.graph.node.swapAt(0, 1) },
        Damage("a value defined twice", "'sum1' is defined more than once") { $0.graph.node[3].output = ["sum1"] },
        Damage("no operator set", "opset_import") { $0.opsetImport = [] },
        Damage("an old operator set", "version 6 of the ONNX operators") { $0.opsetImport[0].version = 6 },
        Damage("an operator set of the future", "opset") { $0.opsetImport[0].version = 99 },
        Damage("a weight that is longer than its data", "tensor 'weight1'") { $0.graph.initializer[0].dims = [1 << 20, 1 << 20] },
        Damage("a weight of negative length", "tensor 'weight1'") { $0.graph.initializer[0].dims = [-24, 32] },
        Damage("a weight of impossible length", "tensor 'weight1'") { $0.graph.initializer[0].dims = [1 << 62, 1 << 62] },
        Damage("text as input", "ONNX Runtime") { $0.graph.input[0].type.tensorType.elemType = 8 },
        Damage("an empty fixed batch", "fix the length of the first axis to 0") { $0.graph.input[0] = value("features", [0, 24]) },
        Damage("a fixed batch beyond all memory", "fix the length of the first axis to") {
            $0.graph.input[0] = value("features", [1 << 40, 24])
            $0.graph.output[0] = value("scores", [nil, 6])
        },
    ]

    @Test("Damaged", arguments: damages)
    func damaged(_ damage: Damage) throws {
        var proto = try Networks.perceptron().proto
        try damage.apply(&proto)
        let workspace = try Workspace(Networks.perceptron(), labelledBy: Networks.perceptron(noise: 0), samples: 24)
        try workspace.folder.write(Model(proto: proto).serialized(), to: "model.onnx")
        try workspace.expectFailure(exitCode: 65, damage.message)
    }

    @Test("Layers of zero size, or no layers at all, leave nothing to do: exit code 3", arguments: [true, false])
    func nothingToDo(hasEmptyLayers: Bool) throws {
        let empty = model(
            graph(
                hasEmptyLayers
                    ? [
                        node("MatMul", ["features", "none"], "nothing"), node("MatMul", ["nothing", "from.none"], "zero"),
                        node("ReduceMean", ["features"], "mean", .ints("axes", [1])), node("Add", ["zero", "mean"], "scores"),
                    ]
                    : [
                        node("ReduceMean", ["features"], "mean", .ints("axes", [1])),
                        node("Concat", Array(repeating: "mean", count: 6), "scores", .int("axis", 1)),
                    ],
                hasEmptyLayers
                    ? [("none", try Tensor(shape: [24, 0], [Float]())), ("from.none", try Tensor(shape: [0, 6], [Float]()))] : [],
                inputs: [value("features", [nil, 24])], outputs: [value("scores", [nil, 6])]))
        let workspace = try Workspace(empty, labelledBy: Networks.perceptron(noise: 0), samples: 24)
        let before = try workspace.folder.contents()
        let report = try workspace.report(exitCode: 3)
        #expect(report.notes.first == "nothing was written: no layer of the model can be factored")
        #expect(report.layers.map(\.reason) == (hasEmptyLayers ? ["weight is empty", "weight is empty"] : []))
        #expect(try workspace.folder.contents() == before)
    }

    @Test("A missing or unreadable file", arguments: ["inspect", "evaluate", "compress"])
    func missing(command: String) throws {
        let workspace = try Workspace(samples: 24)
        let options = [
            "inspect": [], "evaluate": ["--data", "data.npz", "--quiet"], "compress": Array(Workspace.arguments().dropFirst(2)),
        ]
        let rest = try #require(options[command])
        try workspace.expectFailure([command, "none.onnx"] + rest, exitCode: 66, "there is no file 'none.onnx'")
        try workspace.expectFailure([command, "data.npz/none.onnx"] + rest, exitCode: 66, "data.npz/none.onnx")
        try workspace.expectFailure([command, "."] + rest, exitCode: 66, "it is not a regular file")
        try workspace.expectFailure([command, "/dev/zero"] + rest, exitCode: 66, "it is not a regular file")
        try workspace.expectFailure([command, "data.npz"] + rest, exitCode: 65, "'data.npz' is not a usable ONNX model")
        try workspace.folder.write(Data(), to: "empty.onnx")
        try workspace.expectFailure([command, "empty.onnx"] + rest, exitCode: 65, "it is empty")
    }

    @Test("A file that may not be read", .enabled(if: OrdinaryUser.canRun, "\(OrdinaryUser.hint)"))
    func unreadable() throws {
        let workspace = try Workspace(samples: 24)
        chmod(workspace.folder.path, 0o777)
        for (name, arguments) in [("model.onnx", ["inspect", "model.onnx"]), ("data.npz", Workspace.arguments())] {
            chmod(workspace.folder.path(name), 0)
            let outcome = try Command.run(arguments, in: workspace.folder.path, asOrdinaryUser: true)
            chmod(workspace.folder.path(name), 0o644)
            #expect(outcome.exitCode == 66)
            #expect(outcome.errorLines.count == 1 && outcome.errors.contains(name))
        }
    }
}

extension ModelProto {
    /// Overwrites the fifth element of a float32 initializer.
    fileprivate mutating func poison(_ name: String, with value: Float) {
        guard let index = graph.initializer.firstIndex(where: { $0.name == name }) else { return }
        withUnsafeBytes(of: value) { graph.initializer[index].rawData.replaceSubrange(16..<20, with: $0) }
    }
}
