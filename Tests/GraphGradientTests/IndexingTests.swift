import ONNXModel
import Tensors
import Testing

@Suite("Indexing", .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)))
struct IndexingTests {
    @Test("Gathering")
    func gathering() throws {
        let input = CaseInput.variable(.batch, 4, 3)
        let one = AttributeProto.int("axis", 1)
        let table = try Tensor(shape: [2, 3], [0, 3, -1, 1, 1, 0] as [Int64])
        let pairs = try Tensor(shape: [1, 2], [1, 3] as [Int64])
        try GradientCheck.expect([
            GradientCase("Gather rows of an embedding", "Gather", [], [.variable(4, 3), .constant(table)]),
            GradientCase("Gather by the batch", "Gather", [], [.variable(4, 3), .given { Tensor((0..<Int64($0)).map { $0 % 2 }) }]),
            GradientCase("Gather along axis 1", "Gather", [one], [input, .constant(table)]),
            GradientCase("Gather along the last axis", "Gather", [.int("axis", -1)], [input, .integers(2, 0, 0, -3)]),
            GradientCase("Gather the first token", "Gather", [one], [input, .constant(Tensor(scalar: Int64(0)))]),
            GradientCase("Gather the last token", "Gather", [one], [input, .constant(Tensor(scalar: Int64(-1)))]),
            GradientCase("Gather one of the batch", "Gather", [], [input, .constant(Tensor(scalar: Int64(1)))]),
            GradientCase("Gather a run-time scalar", "Gather", [one], [input, .given { Tensor(scalar: Int64($0)) }]),
            GradientCase("Gather 32-bit indices", "Gather", [one], [input, .constant(Tensor([1, 3, 3] as [Int32]))]),
            GradientCase("Gather nothing", "Gather", [one], [input, .constant(Tensor([] as [Int64]))]),
            GradientCase("GatherElements", "GatherElements", [], [.variable(4, 3), .constant(table)]),
            GradientCase("GatherElements along axis 1", "GatherElements", [one], [.variable(.fixed(1), 4), .constant(pairs)]),
        ])
    }

    @Test("Gathering positions")
    func gatheringPositions() throws {
        let rows = try Tensor(shape: [3, 1], [2, 0, 2] as [Int64])
        let elements = try Tensor(shape: [2, 2], [2, 0, -1, 1] as [Int64])
        let batched = try Tensor(shape: [2, 1], [2, 0] as [Int64])
        try GradientCheck.expect([
            GradientCase("GatherND of rows", "GatherND", [], [.variable(4, 3), .constant(rows)]),
            GradientCase("GatherND of elements", "GatherND", [], [.variable(4, 3), .constant(elements)]),
            GradientCase("GatherND in batches", "GatherND", [.int("batch_dims", 1)], [.variable(2, 3, 2), .constant(batched)]),
            GradientCase(
                "ReverseSequence", "ReverseSequence", [.int("batch_axis", 0), .int("time_axis", 1)],
                [.variable(3, 4, 2), .integers(1, 4, 2)]),
            GradientCase("Compress", "Compress", [], [.variable(.batch, 2), .constant(Tensor([true, false, false, true]))]),
            GradientCase(
                "Compress along 1", "Compress", [.int("axis", 1)], [.variable(.batch, 3), .constant(Tensor([false, true, true]))]),
        ])
    }

    @Test("Values of positions")
    func valuesOfPositions() throws {
        let depth = CaseInput.constant(Tensor(scalar: Int64(4)))
        try GradientCheck.expect([
            GradientCase("OneHot", "OneHot", [], [.integers(0, -1, 2, 9), depth, .variable(2)]),
            GradientCase("OneHot along 0", "OneHot", [.int("axis", 0)], [.integers(3, 3), depth, .variable(2)]),
        ])
    }

    @Test("Scattering")
    func scattering() throws {
        let indices = try Tensor(shape: [2, 3], [0, 3, 1, 1, 0, 2] as [Int64])
        let rows = try Tensor(shape: [2, 1], [2, 0] as [Int64])
        let add = AttributeProto.string("reduction", "add")
        let sources: [CaseInput] = [.variable(4, 3), .constant(indices), .variable(2, 3)]
        try GradientCheck.expect([
            GradientCase("ScatterElements", "ScatterElements", [], sources),
            GradientCase(
                "ScatterElements, axis 1", "ScatterElements", [.int("axis", 1)], [.variable(2, 5), .constant(indices), .variable(2, 3)]),
            GradientCase("ScatterElements, add", "ScatterElements", [add], sources),
            GradientCase("ScatterND", "ScatterND", [], [.variable(4, .batch), .constant(rows), .variable(2, .batch)]),
            GradientCase("ScatterND, add", "ScatterND", [add], [.variable(4, .batch), .constant(rows), .variable(2, .batch)]),
        ])
    }

    @Test("Largest elements")
    func largestElements() throws {
        let nodes = { (attributes: [AttributeProto]) in [NodeProto("TopK", ["x", "k"], ["y", "positions"], attributes)] }
        func largest(_ name: String, _ input: CaseInput, _ attributes: [AttributeProto]) -> GradientCase {
            GradientCase(name, nodes: nodes(attributes), inputs: [("x", input), ("k", .integers(2))], outputs: ["y"])
        }
        try GradientCheck.expect([
            largest("TopK", .variable(.batch, 5), []),
            largest("TopK, smallest along axis 0", .variable(5, .batch), [.int("axis", 0), .int("largest", 0)]),
        ])
    }
}
