import ONNXModel
import Tensors
import Testing

@Suite("Shapes", .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)))
struct ShapeTests {
    private let input = CaseInput.variable(.batch, 2, 1, 3)

    @Test("Reshaping")
    func reshaping() throws {
        try GradientCheck.expect(
            [-4, -1, 0, 1, 2, 4].map { GradientCase("Flatten at \($0)", "Flatten", [.int("axis", $0)], [input]) } + [
                GradientCase("Flatten", "Flatten", [], [input]),
                GradientCase("Reshape", "Reshape", [], [input, .integers(-1, 6)]),
                GradientCase("Reshape, 0 copies a length", "Reshape", [], [input, .integers(0, 3, -1)]),
                GradientCase("Reshape to a vector", "Reshape", [], [input, .integers(-1)]),
                GradientCase("Reshape a scalar", "Reshape", [], [.variable(), .integers(1, 1)]),
                GradientCase("Reshape, allowzero", "Reshape", [.int("allowzero", 1)], [.variable(.batch, 0), .integers(4, 0, 2)]),
                GradientCase("Reshape, no elements", "Reshape", [], [.variable(.batch, 0), .integers(0, 0, 2)]),
                GradientCase("Squeeze", "Squeeze", [], [.variable(1, .batch, 1, 2)]),
                GradientCase("Squeeze one axis", "Squeeze", [], [input, .integers(2)]),
                GradientCase("Squeeze a negative axis", "Squeeze", [], [input, .integers(-2)]),
                GradientCase("Unsqueeze", "Unsqueeze", [], [input, .integers(0, -1, 3)]),
                GradientCase("Unsqueeze a scalar", "Unsqueeze", [], [.variable(), .integers(0)]),
            ])
    }

    @Test("Transposition")
    func transposition() throws {
        try GradientCheck.expect([
            GradientCase("Transpose", "Transpose", [], [.variable(.batch, 2, 3)]),
            GradientCase("Transpose, perm of order 3", "Transpose", [.ints("perm", [1, 2, 0])], [.variable(.batch, 2, 3)]),
            GradientCase("Transpose, perm of order 4", "Transpose", [.ints("perm", [3, 0, 1, 2])], [input]),
            GradientCase("Transpose a scalar", "Transpose", [], [.variable()]),
        ])
    }

    @Test("Repetition")
    func repetition() throws {
        try GradientCheck.expect([
            GradientCase("Expand, more axes", "Expand", [], [.variable(3), .integers(2, 4, 3)]),
            GradientCase("Expand axes of length 1", "Expand", [], [.variable(.batch, 1, 3, 1), .integers(1, 4, 1, 2)]),
            GradientCase("Expand to a narrower shape", "Expand", [], [.variable(.batch, 3), .integers(1)]),
            GradientCase("Expand a scalar", "Expand", [], [.variable(), .integers(2, 3)]),
            GradientCase("Expand to nothing", "Expand", [], [.variable(.batch, 1), .integers(1, 0)]),
            GradientCase("Expand the batch", "Expand", [], [.variable(1, 3), .given { Tensor([Int64($0), 3]) }]),
            GradientCase("Tile", "Tile", [], [.variable(.batch, 2, 3), .integers(2, 1, 3)]),
            GradientCase("Tile once", "Tile", [], [.variable(.batch, 2), .integers(1, 1)]),
            GradientCase("Tile no times", "Tile", [], [.variable(.batch, 2), .integers(1, 0)]),
            GradientCase("Tile by run-time counts", "Tile", [], [.variable(2, 3), .given { Tensor([Int64($0), 2]) }]),
            GradientCase("Tile nothing", "Tile", [], [.variable(.batch, 0), .integers(2, 2)]),
        ])
    }

    @Test("Depth and space")
    func depthAndSpace() throws {
        let deep = CaseInput.variable(.batch, 8, 2, 3)
        let two = AttributeProto.int("blocksize", 2)
        try GradientCheck.expect([
            GradientCase("DepthToSpace", "DepthToSpace", [two], [deep]),
            GradientCase("DepthToSpace, DCR", "DepthToSpace", [two, .string("mode", "DCR")], [deep]),
            GradientCase("DepthToSpace, CRD", "DepthToSpace", [two, .string("mode", "CRD")], [deep]),
            GradientCase("DepthToSpace, CRD, block 1", "DepthToSpace", [.int("blocksize", 1), .string("mode", "CRD")], [deep]),
            GradientCase("SpaceToDepth", "SpaceToDepth", [two], [.variable(.batch, 2, 4, 6)]),
        ])
    }

    @Test("Triangle")
    func triangle() throws {
        try GradientCheck.expect([
            GradientCase("Trilu", "Trilu", [], [.variable(.batch, 3, 4)]),
            GradientCase(
                "Trilu, lower with an offset", "Trilu", [.int("upper", 0)], [.variable(.batch, 3, 4), .constant(Tensor(scalar: Int64(-1)))]),
        ])
    }

    /// Shapes and sizes carry no gradient, yet the values computed from them may be used.
    @Test("Shape arithmetic")
    func shapeArithmetic() throws {
        let constant = AttributeProto.int("axis", 0)
        try GradientCheck.expect([
            GradientCase(
                "Reshape to a computed shape",
                nodes: [
                    NodeProto("Shape", ["x"], ["shape"]), NodeProto("Gather", ["shape", "zero"], ["batch"]),
                    NodeProto("Concat", ["batch", "rest"], ["target"], [constant]), NodeProto("Reshape", ["x", "target"], ["y"]),
                ],
                inputs: [("x", .variable(.batch, 2, 3)), ("zero", .integers(0)), ("rest", .integers(-1))], outputs: ["y"])
        ])
    }
}
