import GraphGradient
import ONNXModel
import Tensors
import Testing

/// The harness itself: it must pass right rules and catch wrong ones.
@Suite("The gradient check itself", .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)))
struct GradientCheckTests {
    private let product = GradientCase("product", "Mul", [], [.variable(.batch, 4), .variable(3, 1, 4)])

    @Test("Passes right rules")
    func passesRightRules() throws {
        try GradientCheck.expect([product])
    }

    @Test("Catches a wrong rule")
    func catchesAWrongRule() throws {
        let wrong = GradientRule.backward { context throws(GradientError) in
            // Forgets the other factor of the second gradient.
            let gradient = try context.outputGradient()
            let product = context.emit("Mul", [gradient, try context.input(1)])
            let first = try context.unbroadcast(product, from: context.output(), to: context.input(0))
            let second = try context.unbroadcast(gradient, from: context.output(), to: context.input(1))
            return [first, second]
        }
        let failures = try GradientCheck(rules: ["Mul": wrong]).failures(of: [product])
        #expect(failures.map(\.caseName) == ["product", "product"])
        #expect(failures.allSatisfy { $0.reason.hasPrefix("gradient/x1 is wrong in 12 of 12 elements") }, "\(failures)")
    }

    @Test("Reports a wrong shape and a missing rule")
    func reportsAWrongShapeAndAMissingRule() throws {
        let unreduced = GradientRule.backward { context throws(GradientError) in
            let gradient = try context.outputGradient()
            return [context.emit("Mul", [gradient, try context.input(1)]), nil]
        }
        let failures = try GradientCheck(rules: ["Mul": unreduced]).failures(of: [product])
        #expect(failures.contains { $0.reason.hasPrefix("gradient/x0 has the shape [3, 3, 4], not [3, 4]") }, "\(failures)")
        let missing = try GradientCheck(rules: [:]).failures(of: [product])
        #expect(missing.first?.reason.hasPrefix("operator Mul (node 'node') has no gradient rule") == true, "\(missing)")
    }
}
