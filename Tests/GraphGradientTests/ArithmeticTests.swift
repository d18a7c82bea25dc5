import ONNXModel
import Tensors
import Testing

@Suite("Arithmetic", .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)))
struct ArithmeticTests {
    /// Shapes that broadcast in every way: equal, scalars, [1], length-1 axes on either or both sides, missing leading axes, no elements.
    private static let pairs: [(name: String, left: [Length], right: [Length])] = [
        ("equal shapes", [.batch, 4], [.batch, 4]),
        ("scalar right", [.batch, 4], []),
        ("scalar left", [], [.batch, 4]),
        ("two scalars", [], []),
        ("[1] right", [.batch, 4], [1]),
        ("[1, 1] left of fewer axes", [1, 1], [4]),
        ("length 1 on both sides", [.batch, 1, 4], [1, 3, 1]),
        ("missing leading axes", [.batch, 2, 3], [3]),
        ("missing axes and length 1", [.batch, 2, 3], [2, 1]),
        ("no elements", [.batch, 0], [1]),
        ("no elements and missing axes", [0], [.batch, 1]),
    ]

    @Test("Four operations", arguments: ["Add", "Sub", "Mul", "Div"])
    func fourOperations(operation: String) throws {
        let constant = CaseInput.constant(Tensor([0.5, 2, -3] as [Float]))
        var cases = Self.pairs.map { name, left, right in
            GradientCase("\(operation), \(name)", operation, [], [.variable(left), .variable(right, 0.5...2)])
        }
        cases.append(GradientCase("\(operation), constant left", operation, [], [constant, .variable(.batch, 3, in: 0.5...2)]))
        cases.append(GradientCase("\(operation), constant right", operation, [], [.variable(.batch, 3), constant]))
        cases.append(
            GradientCase(
                "\(operation), one value on both sides", nodes: [NodeProto(operation, ["x", "x"], ["y"])],
                inputs: [("x", .variable(.batch, 3, in: 0.5...2))], outputs: ["y"]))
        try GradientCheck.expect(cases)
    }

    @Test("Power")
    func power() throws {
        try GradientCheck.expect(
            Self.pairs.map { name, left, right in
                GradientCase("Pow, \(name)", "Pow", [], [.variable(left, 0.5...2), .variable(right, -2...3)])
            })
    }

    @Test("Power by constants")
    func powerByConstants() throws {
        var cases = ([-2, -0.5, 0, 0.5, 1, 2, 3, 2.5] as [Float]).map { exponent in
            GradientCase("Pow by \(exponent)", "Pow", [], [.variable(.batch, 3, in: 0.5...2), .scalar(exponent)])
        }
        let wide = try Tensor(shape: [2, 1], [2, 2] as [Float])
        let several = Tensor([0, 1, 2] as [Float])
        cases += [
            GradientCase("Pow of negative numbers", "Pow", [], [.variable(.batch, 3, in: -2...(-0.5)), .scalar(3)]),
            GradientCase("Pow by several constants", "Pow", [], [.variable(.batch, 3, in: 0.5...2), .constant(several)]),
            GradientCase("Pow by a wider constant", "Pow", [], [.variable(3, in: 0.5...2), .constant(wide)]),
            GradientCase("Pow by integers", "Pow", [], [.variable(.batch, 3), .given { _ in Tensor([0, 1, 3] as [Int64]) }]),
            GradientCase("Pow by a constant integer", "Pow", [], [.variable(.batch, 3), .constant(Tensor(scalar: Int64(4)))]),
        ]
        try GradientCheck.expect(cases)
    }

    @Test("Power of zero")
    func powerOfZero() throws {
        let zeros = Tensor([0, 0, 0] as [Float])
        try GradientCheck.expect([
            GradientCase("0 to the constant 2", "Pow", [], [.variable(3, in: 0...0), .scalar(2)]),
            GradientCase("0 to the constant 3", "Pow", [], [.variable(3, in: 0...0), .scalar(3)]),
            GradientCase("0 to the constant 1", "Pow", [], [.variable(3, in: 0...0), .scalar(1)]),
            GradientCase("0 to the constant 0", "Pow", [], [.variable(3, in: 0...0), .scalar(0)]),
            GradientCase("0 to several constants", "Pow", [], [.variable(3, in: 0...0), .constant(Tensor([0, 1, 2] as [Float]))]),
            GradientCase("0 to variable powers", "Pow", [], [.constant(zeros), .variable(.batch, 3, in: 0.5...2)]),
        ])
    }

    @Test("Any number of inputs", arguments: ["Sum", "Mean", "Max", "Min"])
    func anyNumberOfInputs(operation: String) throws {
        try GradientCheck.expect([
            GradientCase("\(operation) of one", operation, [], [.variable(.batch, 3)]),
            // Apart from each other by more than a step of the central differences.
            GradientCase(
                "\(operation) of three", operation, [],
                [.variable(.batch, 7, in: -1...1), .variable(.batch, 7, in: -1.1...1.05), .variable(.batch, 7, in: -0.9...1.12)]),
            GradientCase(
                "\(operation), broadcast", operation, [],
                [.variable(.batch, 2, 3), .variable(2, 1, in: -0.4...0.5), .variable(in: 0.1...0.2), .variable(1, in: -0.3...(-0.2))]),
            GradientCase(
                "\(operation), constants between", operation, [], [.variable(.batch, 3), .scalar(0.1), .variable(3), .scalar(-0.2)]),
            GradientCase("\(operation), no elements", operation, [], [.variable(.batch, 0), .variable(1)]),
        ])
    }

    @Test("Choice")
    func choice() throws {
        let condition = try Tensor(shape: [3, 1], [true, false, true])
        try GradientCheck.expect([
            GradientCase(
                "Where, equal shapes", "Where", [],
                [.given { Tensor(rowsOf: $0, [true, false, false, true]) }, .variable(.batch, 4), .variable(.batch, 4)]),
            GradientCase("Where, broadcast", "Where", [], [.constant(condition), .variable(.batch, 1, 4), .variable(1)]),
            GradientCase("Where, scalars", "Where", [], [.constant(condition), .variable(), .variable()]),
            GradientCase("Where, constant first", "Where", [], [.constant(condition), .scalar(0), .variable(.batch, 3, 2)]),
            GradientCase("Where, constant second", "Where", [], [.constant(condition), .variable(.batch, 3, 2), .scalar(-10_000)]),
            GradientCase("Where, no elements", "Where", [], [.constant(condition), .variable(.batch, 3, 0), .variable(1)]),
        ])
    }
}

extension Tensor {
    /// The same row several times.
    init<Scalar: TensorScalar>(rowsOf count: Int, _ row: [Scalar]) {
        let elements = (0..<count).flatMap { _ in row }
        do {
            try self.init(shape: [count, row.count], elements)
        } catch {
            self.init(elements)
        }
    }
}
