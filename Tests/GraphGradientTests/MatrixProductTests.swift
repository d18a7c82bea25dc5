import ONNXModel
import Testing

@Suite("Matrix products", .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)))
struct MatrixProductTests {
    @Test("Matrix multiplication")
    func matrixMultiplication() throws {
        let shapes: [(left: [Length], right: [Length])] = [
            ([.batch, 4], [4, 5]),
            ([4, .batch], [.batch, 2]),
            ([4], [4]),
            ([4], [4, 5]),
            ([.batch, 4], [4]),
            ([4], [.batch, 4, 2]),
            ([.batch, 2, 4], [4]),
            ([.batch, 2, 4], [4, 5]),
            ([.batch, 2, 3, 4], [4, 2]),
            ([2, 4], [.batch, 4, 3]),
            ([.batch, 2, 4], [.batch, 4, 3]),
            ([.batch, 2, 3, 4], [.batch, 2, 4, 2]),
            ([.batch, 1, 3, 4], [2, 4, 2]),
            ([.batch, 1, 3, 4], [1, 2, 4, 2]),
            ([1, 3, 4], [.batch, 4, 2]),
            ([2, 1, 2, 3], [.batch, 3, 2]),
            ([.batch, 2, 1], [1, 1]),
            ([1, 1], [1, .batch]),
        ]
        try GradientCheck.expect(
            shapes.map { left, right in
                GradientCase("MatMul \(left) x \(right)", "MatMul", [], [.variable(left), .variable(right)])
            })
    }

    @Test("General matrix multiplication")
    func generalMatrixMultiplication() throws {
        var cases: [GradientCase] = []
        for transA in [0, 1] {
            for transB in [0, 1] {
                for scales in [(alpha: 1, beta: 1), (alpha: -0.5, beta: 2), (alpha: 2, beta: 0)] as [(alpha: Float, beta: Float)] {
                    let attributes: [AttributeProto] = [
                        .int("transA", transA), .int("transB", transB), .float("alpha", scales.alpha), .float("beta", scales.beta),
                    ]
                    let inputs: [CaseInput] = [
                        .variable(transA == 1 ? [4, .batch] : [.batch, 4]), .variable(transB == 1 ? [5, 4] : [4, 5]),
                        .variable(5),
                    ]
                    cases.append(GradientCase("Gemm \(transA) \(transB) \(scales)", "Gemm", attributes, inputs))
                }
            }
        }
        let addends: [[Length]] = [[], [1], [5], [1, 5], [.batch, 1], [1, 1], [.batch, 5]]
        for shape in addends {
            cases.append(
                GradientCase(
                    "Gemm + \(shape)", "Gemm", [.float("beta", 0.5)], [.variable(.batch, 4), .variable(4, 5), .variable(shape)]))
        }
        cases.append(GradientCase("Gemm without C", "Gemm", [.int("transB", 1)], [.variable(.batch, 4), .variable(5, 4)]))
        cases.append(GradientCase("Gemm, C left out", "Gemm", [], [.variable(.batch, 4), .variable(4, 5), .absent]))
        try GradientCheck.expect(cases)
    }
}
