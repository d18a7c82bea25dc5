import GraphGradient
import ONNXModel
import Tensors
import Testing

/// What a rule cannot take is said before anything runs, in the words of the model.
@Suite("Refused nodes")
struct RefusalTests {
    private func obstacle(
        _ opType: String, _ attributes: [AttributeProto], inputs: [String: TensorType], constants: [String: Tensor] = [:],
        result: ElementType = .float32
    ) -> String? {
        var types = inputs
        types["y"] = TensorType(result, [.dynamic, .fixed(4)])
        for (name, tensor) in constants { types[name] = TensorType(tensor.elementType, tensor.shape.map(Dimension.fixed)) }
        let names = Set(types.keys).subtracting(["y"]).sorted()
        let pass = BackwardPass(nodes: [NodeProto(opType, names, ["y"], attributes)], types: types, constants: constants)
        return pass.obstacles(towards: ["y"])["a"].map { "\($0)" }
    }

    private let matrix = TensorType(.float32, [.dynamic, .fixed(4)])
    private let integers = TensorType(.int64, [.fixed(1)])

    @Test("Names the reason")
    func namesTheReason() {
        let refusals: [(String?, String)] = [
            (obstacle("ReduceSum", [], inputs: ["a": matrix, "b": integers]), "operator ReduceSum (node 'y'): its axes are not constant"),
            (
                obstacle("ReduceL2", [.int("noop_with_empty_axes", 1)], inputs: ["a": matrix]),
                "operator ReduceL2 (node 'y'): noop_with_empty_axes is set and there are no axes"
            ),
            (obstacle("Pad", [], inputs: ["a": matrix, "b": integers]), "operator Pad (node 'y'): its pads are not constant"),
            (
                obstacle("Pad", [], inputs: ["a": matrix], constants: ["b": Tensor([0, 1] as [Int64])]),
                "operator Pad (node 'y'): 2 pads for 2 axes"
            ),
            (
                obstacle("Pad", [], inputs: ["a": matrix], constants: ["b": Tensor([0, -3, 0, -2] as [Int64])]),
                "operator Pad (node 'y'): negative pads on axis 1, which may be shorter than they are"
            ),
            (
                obstacle("Transpose", [.ints("perm", [1, 1])], inputs: ["a": matrix]),
                "operator Transpose (node 'y'): perm [1, 1] is no permutation"
            ),
            (
                obstacle("Concat", [.int("axis", 5)], inputs: ["a": matrix, "b": matrix]),
                "operator Concat (node 'y'): axis 5 is out of range for 2 axes"
            ),
            (obstacle("SpaceToDepth", [], inputs: ["a": matrix]), "operator SpaceToDepth (node 'y'): blocksize is missing or not positive"),
            (
                obstacle("Einsum", [.string("equation", "...i->i")], inputs: ["a": matrix]),
                "operator Einsum (node 'y'): '...i->i' has an ellipsis, a diagonal or not one letter for every axis"
            ),
            (obstacle("Unheard", [], inputs: ["a": matrix]), "operator Unheard (node 'y') has no gradient rule"),
            (
                obstacle("Sqrt", [], inputs: ["a": TensorType(.float16, [.fixed(4)])], result: .float16),
                "operator Sqrt (node 'y'): gradients in float16 are not supported"
            ),
        ]
        for (actual, expected) in refusals { #expect(actual == expected) }
    }

    @Test("Accepts the rest")
    func acceptsTheRest() {
        #expect(obstacle("Neg", [], inputs: ["a": matrix]) == nil)
        #expect(obstacle("Floor", [], inputs: ["a": matrix]) == nil)
        #expect(obstacle("Pad", [], inputs: ["a": matrix], constants: ["b": Tensor([0, -1, 0, -2] as [Int64])]) == nil)
    }

    /// Parameters as hostile files have them must not trap: they are refused, or left to the runtime where the rule does not read them.
    @Test("Extreme parameters", arguments: [Int64.min, Int64.max, -1, 0])
    func extremeParameters(value: Int64) {
        let number = Int(value)
        let single = ["b": Tensor([value]), "c": Tensor([value]), "d": Tensor([Int64(1)]), "e": Tensor([value])]
        let scalar = ["b": Tensor(scalar: value)]
        let axis = (-2..<2).contains(value) ? nil : "axis \(value) is out of range for 2 axes"
        let pads =
            switch value {
            case 0: nil as String?
            case -1: "negative pads on axis 0, which may be shorter than they are"
            default: "pads \([number, number, number, number]) are out of range"
            }
        func expect(
            _ reason: String?, _ opType: String, _ attributes: [AttributeProto] = [], inputs: [String: TensorType]? = nil,
            constants: [String: Tensor] = [:], sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let actual = obstacle(opType, attributes, inputs: inputs ?? ["a": matrix], constants: constants)
            #expect(actual == reason.map { "operator \(opType) (node 'y'): \($0)" }, sourceLocation: sourceLocation)
        }
        expect(nil, "Slice", constants: single)
        expect(axis, "Slice", constants: single.merging(["d": Tensor([value])]) { $1 })
        expect(pads, "Pad", constants: ["b": Tensor([value, value, value, value])])
        expect(nil, "Gather", [.int("axis", 1)], constants: scalar)
        expect(axis, "Gather", [.int("axis", number)], constants: scalar)
        expect(nil, "ReduceMean", constants: ["b": Tensor([value])])
        expect(axis, "Concat", [.int("axis", number)], inputs: ["a": matrix, "b": matrix])
        expect(nil, "CumSum", [.int("reverse", number)], constants: scalar)
        expect("perm [\(value), 0] is no permutation", "Transpose", [.ints("perm", [number, 0])])
        expect(
            value > 0 ? nil : "blocksize is missing or not positive", "DepthToSpace", [.int("blocksize", number), .string("mode", "CRD")])
    }
}
