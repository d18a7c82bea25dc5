import ONNXModel
import Tensors
import Testing

@Suite("Selections", .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)))
struct SelectionTests {
    @Test("Concatenation")
    func concatenation() throws {
        try GradientCheck.expect([
            GradientCase("Concat one", "Concat", [.int("axis", 0)], [.variable(.batch, 3)]),
            GradientCase(
                "Concat channels", "Concat", [.int("axis", 1)], [.variable(.batch, 3), .variable(.batch, 1), .variable(.batch, 2)]),
            GradientCase("Concat, negative axis", "Concat", [.int("axis", -1)], [.variable(.batch, 3), .variable(.batch, 2)]),
            GradientCase("Concat batches", "Concat", [.int("axis", 0)], [.variable(.batch, 3), .variable(2, 3), .variable(.batch, 3)]),
            GradientCase("Concat a constant", "Concat", [.int("axis", 0)], [.constant(Tensor([1, 2] as [Float])), .variable(3)]),
            GradientCase("Concat nothing", "Concat", [.int("axis", 1)], [.variable(.batch, 0), .variable(.batch, 2)]),
            GradientCase(
                "Concat a value with itself", nodes: [NodeProto("Concat", ["x", "x"], ["y"], [.int("axis", 1)])],
                inputs: [("x", .variable(.batch, 3))], outputs: ["y"]),
        ])
    }

    @Test("Splitting")
    func splitting() throws {
        let input = CaseInput.variable(.batch, 5)
        let axis = AttributeProto.int("axis", 1)
        let three = NodeProto("Split", ["x", "parts"], ["a", "b", "c"], [axis])
        let inputs: [(String, CaseInput)] = [("x", input), ("parts", .integers(1, 3, 1))]
        try GradientCheck.expect([
            GradientCase("Split equally", "Split", [axis, .int("num_outputs", 2)], [.variable(.batch, 4)], outputs: 2),
            GradientCase("Split unequally", "Split", [axis, .int("num_outputs", 2)], [input], outputs: 2),
            GradientCase("Split at lengths", "Split", [.int("axis", -1)], [input, .integers(1, 3, 1)], outputs: 3),
            GradientCase("Split off nothing", "Split", [axis], [input, .integers(0, 5)], outputs: 2),
            GradientCase("Split the default axis", "Split", [], [.variable(4, .batch), .integers(1, 3)], outputs: 2),
            GradientCase("Split, the loss sees one part", nodes: [three], inputs: inputs, outputs: ["b"]),
            GradientCase("Split, the loss sees two parts", nodes: [three], inputs: inputs, outputs: ["c", "a"]),
        ])
    }

    @Test("Slicing")
    func slicing() throws {
        let input = CaseInput.variable(.batch, 5, 4)
        func slice(_ name: String, _ input: CaseInput, _ parameters: [Int]...) -> GradientCase {
            GradientCase("Slice, \(name)", "Slice", [], [input] + parameters.map { .constant(Tensor($0.map(Int64.init))) })
        }
        try GradientCheck.expect([
            slice("one axis", input, [1], [4], [1]),
            slice("default axes", .variable(5, 4), [1, 0], [4, 2]),
            slice("a negative axis", input, [1], [3], [-1]),
            slice("two axes", input, [1, 2], [4, 4], [2, 1]),
            slice("counted from the end", input, [-3], [-1], [1]),
            slice("beyond both ends", input, [-100], [100], [1]),
            slice("to the largest integer", input, [2], [Int.max], [1]),
            slice("nothing", input, [3], [2], [1]),
            slice("behind the end", input, [7], [9], [1]),
            slice("step 1", input, [1], [4], [1], [1]),
            slice("step 2", input, [0], [5], [1], [2]),
            slice("step 3 of two axes", input, [1, 0], [5, 4], [1, 2], [3, 2]),
            slice("reversed", input, [-1], [Int.min + 1], [1], [-1]),
            slice("reversed, step 2", input, [3], [0], [1], [-2]),
            slice("the batch", input, [1], [Int.max], [0]),
            slice("the batch reversed", input, [-1], [-100], [0], [-1]),
            slice("no elements", .variable(.batch, 0), [0], [3], [1]),
            GradientCase(
                "Slice at run-time positions", "Slice", [],
                [input, .given { Tensor([Int64($0 - 1)]) }, .given { Tensor([Int64($0 + 1)]) }, .integers(1)]),
            GradientCase(
                "Slice, 32-bit parameters", "Slice", [],
                [input, .constant(Tensor([1] as [Int32])), .constant(Tensor([3] as [Int32])), .constant(Tensor([2] as [Int32]))]),
        ])
    }

    @Test("Padding")
    func padding() throws {
        let input = CaseInput.variable(.batch, 4, 5)
        var cases = ["reflect", "edge"].map { mode in
            GradientCase("Pad, \(mode)", "Pad", [.string("mode", mode)], [input, .integers(0, 1, 2, 0, 2, 3)])
        }
        let cropped = [
            NodeProto("Constant", [], ["starts"], [.ints("value_ints", [1, 0])]),
            NodeProto("Constant", [], ["ends"], [.ints("value_ints", [4, 3])]),
            NodeProto("Constant", [], ["axes"], [.ints("value_ints", [1, 2])]),
            NodeProto("Constant", [], ["pads"], [.ints("value_ints", [0, 0, 2, 0, 0, 0])]),
            NodeProto("Slice", ["x0", "starts", "ends", "axes"], ["inner"]), NodeProto("Pad", ["inner", "pads"], ["y0"]),
        ]
        cases += [
            GradientCase("Pad", "Pad", [], [input, .integers(0, 1, 2, 0, 0, 3)]),
            GradientCase("Pad the batch", "Pad", [], [input, .integers(1, 0, 0, 2, 0, 0)]),
            GradientCase("Pad nothing", "Pad", [], [input, .integers(0, 0, 0, 0, 0, 0)]),
            GradientCase("Pad with a value", "Pad", [], [input, .integers(0, 1, 0, 0, 0, 0), .scalar(2)]),
            GradientCase("Pad with a variable", "Pad", [], [input, .integers(0, 1, 0, 0, 0, 2), .variable()]),
            GradientCase("Pad some axes", "Pad", [], [input, .integers(1, 2, 0, 3), .absent, .integers(-1, 1)]),
            // The reference evaluator knows no negative pads.
            GradientCase("Pad, one negative", "Pad", [], [input, .integers(0, -1, 2, 0, 0, -2)]).judged(by: cropped),
            GradientCase("Pad an empty axis", "Pad", [], [.variable(.batch, 0), .integers(0, 1, 0, 1)]),
        ]
        try GradientCheck.expect(cases)
    }
}
