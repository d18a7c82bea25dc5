import ONNXModel
import Tensors
import Testing

@Suite("Reductions", .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)))
struct ReductionTests {
    static let operators = [
        "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp",
    ]

    @Test("Axes", arguments: operators)
    func axes(operation: String) throws {
        let input = CaseInput.variable(.batch, 2, 3)
        let axes: [(name: String, inputs: [CaseInput])] = [
            ("all axes", [input]),
            ("the last", [input, .integers(2)]),
            ("the last, negative", [input, .integers(-1)]),
            ("the batch", [input, .integers(0)]),
            ("two, unordered", [input, .integers(-1, 0)]),
            ("an empty list", [input, .constant(Tensor([] as [Int64]))]),
            ("an axis of length 1", [.variable(.batch, 1, 3), .integers(1)]),
            ("a vector", [.variable(.batch), .integers(0)]),
            ("an axis beside an empty one", [.variable(.batch, 2, 0), .integers(1)]),
        ]
        try GradientCheck.expect(
            axes.flatMap { name, inputs in
                ([nil, 0, 1] as [Int?]).map { keep in
                    let attributes = keep.map { [AttributeProto.int("keepdims", $0)] } ?? []
                    let suffix = keep.map { "keepdims \($0)" } ?? "default keepdims"
                    return GradientCase("\(operation) over \(name), \(suffix)", operation, attributes, inputs)
                }
            })
    }

    @Test("No axes", arguments: ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin"])
    func noAxes(operation: String) throws {
        let noop = AttributeProto.int("noop_with_empty_axes", 1)
        try GradientCheck.expect([
            GradientCase("\(operation) without axes, noop", operation, [noop], [.variable(.batch, 3)]),
            GradientCase("\(operation) over axis 1, noop set", operation, [noop], [.variable(.batch, 3), .integers(1)]),
        ])
    }

    @Test("Logarithm of a sum")
    func logarithmOfSum() throws {
        let input = CaseInput.variable(.batch, 2, 3, in: 0.5...2)
        try GradientCheck.expect([
            GradientCase("ReduceLogSum", "ReduceLogSum", [], [input]),
            GradientCase("ReduceLogSum over two axes", "ReduceLogSum", [], [input, .integers(0, -1)]),
            GradientCase("ReduceLogSum, keepdims 0", "ReduceLogSum", [.int("keepdims", 0)], [input, .integers(1)]),
        ])
    }

    @Test("Running sums")
    func runningSums() throws {
        let axis = CaseInput.constant(Tensor(scalar: Int64(1)))
        var cases: [GradientCase] = []
        for exclusive in [0, 1] {
            for reverse in [0, 1] {
                let attributes: [AttributeProto] = [.int("exclusive", exclusive), .int("reverse", reverse)]
                cases.append(
                    GradientCase("CumSum, exclusive \(exclusive), reverse \(reverse)", "CumSum", attributes, [.variable(.batch, 4), axis]))
            }
        }
        try GradientCheck.expect(cases)
    }

    @Test("Sum of nothing")
    func sumOfNothing() throws {
        try GradientCheck.expect([
            GradientCase("ReduceSum over an empty axis", "ReduceSum", [], [.variable(.batch, 0), .integers(1)])
        ])
    }
}
