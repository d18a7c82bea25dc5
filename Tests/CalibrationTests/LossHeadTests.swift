import Calibration
import ONNXModel
import Tensors
import TestSupport
import Testing

@Suite("Where the loss takes hold")
struct LossHeadTests {
    /// The head of a graph of one-input nodes one after the other, from `x` to `y`, whose values have the given shapes.
    private func head(
        _ nodes: [NodeProto], form: ScoreForm = .probabilities, shapes: [String: [Dimension]]
    ) -> LossHead {
        let model = model(graph(nodes, inputs: [value("x", [nil, 3])], outputs: [value("y", [nil, 3])]))
        return LossHead(
            output: MeasuredOutput(name: "y", loss: Loss(form: form), width: 3), index: GraphIndex(model),
            types: shapes.mapValues { TensorType(.float32, $0) })
    }

    private let row: [Dimension] = [.dynamic, .fixed(3)]

    @Test("Logits are taken as they are")
    func logits() {
        let head = head([node("Softmax", ["x"], "y")], form: .logits, shapes: ["x": row, "y": row])
        #expect((head.seedValue, head.seedForm) == ("y", .logits))
    }

    @Test("Behind probabilities the input of their Softmax is found, through nodes that only rearrange")
    func softmax() {
        let direct = head([node("Softmax", ["x"], "y", .int("axis", 1))], shapes: ["x": row, "y": row])
        #expect((direct.seedValue, direct.seedForm) == ("x", .logits))
        let rearranged = head(
            [node("Softmax", ["x"], "p"), node("Flatten", ["p"], "f"), node("Identity", ["f"], "y")],
            shapes: ["x": row, "p": row, "f": row, "y": row])
        #expect((rearranged.seedValue, rearranged.seedForm) == ("x", .logits))
        let positions = head(
            [node("Softmax", ["x"], "p", .int("axis", 1)), node("Flatten", ["p"], "y")],
            shapes: ["x": row + [.fixed(1), .fixed(1)], "p": row + [.fixed(1), .fixed(1)], "y": row])
        #expect((positions.seedValue, positions.seedForm) == ("x", .logits))
    }

    @Test("A Softmax over something else is none of the loss")
    func otherSoftmax() {
        let positions: [Dimension] = row + [.fixed(2)]
        let overPositions = head(
            [node("Softmax", ["x"], "p", .int("axis", 2)), node("Flatten", ["p"], "y")],
            shapes: ["x": positions, "p": positions, "y": row])
        #expect((overPositions.seedValue, overPositions.seedForm) == ("y", .probabilities))
        let changed = head([node("Softmax", ["x"], "p"), node("Mul", ["p", "p"], "y")], shapes: ["x": row, "p": row, "y": row])
        #expect((changed.seedValue, changed.seedForm) == ("y", .probabilities))
    }

    @Test("An output that is a graph input, or of unknown shape, is taken as it is")
    func unknown() {
        #expect(head([], shapes: [:]).seedValue == "y")
        #expect(head([node("Softmax", ["x"], "y")], shapes: [:]).seedForm == .probabilities)
    }
}
