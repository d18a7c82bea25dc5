import ONNXModel
import Reporting
import TestSupport
import Tensors
import Testing

@Suite("Factors stored in another type than the weights")
struct FactorTypeTests {
    /// What the stored factors lose: relative rounding errors of 2^-11 and 2^-8 in each, through the layers of a small network.
    static let types: [(name: String, type: ElementType, tolerance: Double)] = [
        ("float16", .float16, 0x1p-6), ("bfloat16", .bfloat16, 0x1p-3), ("float32", .float32, 1e-5),
    ]

    private func elementTypes(_ workspace: Workspace, _ name: String) throws -> [ElementType] {
        try Model.load(from: workspace.folder.path(name)).proto.graph.initializer.compactMap(\.elementType)
    }

    @Test("of convolutions, matrix products and pivoted rows give nearly the same outputs from a smaller file", arguments: types)
    func smaller(_ own: (name: String, type: ElementType, tolerance: Double)) throws {
        for network in [{ try Networks.convolutional(noise: $0) }, { try Networks.perceptron(noise: $0) }] {
            let workspace = try Workspace(network(0.5), labelledBy: network(0))
            let usual = try workspace.report("--method", "balf", "--mode", "lossless", "--keep-params", "0.6", "-o", "usual.onnx")
            let other = try workspace.report(
                "--method", "balf", "--mode", "lossless", "--keep-params", "0.6", "--factor-type", own.name)
            #expect(usual.layers.map(\.rank) == other.layers.map(\.rank))
            #expect(usual.parameters.after == other.parameters.after)
            #expect(own.type == .float32 || other.bytes.after < usual.bytes.after)
            #expect(other.notes.contains("factors are stored as \(own.name)"))
            #expect(try elementTypes(workspace, "small.onnx").contains(own.type))
            let difference = try relativeDifference(workspace.folder.path("small.onnx"), workspace.folder.path("usual.onnx"))
            #expect(difference < own.tolerance && (difference > 0) == (own.type != .float32))
        }
    }

    @Test(
        "are files that the onnx package and ONNX Runtime take, also of weights in Constant nodes and in float16",
        .enabled(if: ReferencePython.isInstalled, "\(ReferencePython.hint)"))
    func checked() throws {
        for (model, teacher, type) in [
            (try Networks.convolutional(), try Networks.convolutional(), "float16"),
            (try Networks.perceptron(weightsInConstants: true), try Networks.perceptron(), "bfloat16"),
            (try Networks.perceptron().rounded(to: .float16), try Networks.perceptron(), "float32"),
        ] {
            let workspace = try Workspace(model, labelledBy: teacher, samples: 60)
            _ = try workspace.report("--mode", "lossless", "--force-rank", "*=3", "--factor-type", type)
            let written = try WrittenModel.checked(
                workspace.folder.path("small.onnx"), against: workspace.folder.path("model.onnx"), data: workspace.folder.path("data.npz"))
            #expect(written.optimised < 0x1p-6)
        }
    }

    @Test("need an operator set that can cast them, and a type that there is")
    func refused() throws {
        let workspace = try Workspace(Networks.perceptron(operatorSet: 12), labelledBy: Networks.perceptron(noise: 0), samples: 24)
        try workspace.expectFailure(
            compressing: "--factor-type", "bfloat16", exitCode: 64,
            "--factor-type bfloat16: 'model.onnx' has operator set 12, and 13 is needed")
        try workspace.expectFailure(compressing: "--factor-type", "int8", exitCode: 64, "'int8' is invalid for '--factor-type")
    }
}
