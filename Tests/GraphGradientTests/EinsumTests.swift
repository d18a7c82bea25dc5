import ONNXModel
import Testing

@Suite("Einsum", .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)))
struct EinsumTests {
    @Test("Agrees with central differences")
    func agreesWithCentralDifferences() throws {
        let equations: [(equation: String, inputs: [[Length]])] = [
            ("ij,jk->ik", [[.batch, 3], [3, 4]]),
            ("ij,kj", [[.batch, 3], [4, 3]]),
            ("bhqd, bhkd -> bhqk", [[.batch, 2, 3, 4], [.batch, 2, 5, 4]]),
            ("ij->ji", [[.batch, 4]]),
            ("ij->i", [[.batch, 4]]),
            ("ijk->j", [[.batch, 4, 2]]),
            ("ij->", [[.batch, 4]]),
            ("ij,kl->il", [[.batch, 4], [2, 3]]),
            ("i,j,k->ijk", [[.batch], [2], [3]]),
            ("ij,ij->", [[.batch, 4], [.batch, 4]]),
        ]
        try GradientCheck.expect(
            equations.map { equation, inputs in
                GradientCase("Einsum \(equation)", "Einsum", [.string("equation", equation)], inputs.map { .variable($0) })
            })
    }
}
