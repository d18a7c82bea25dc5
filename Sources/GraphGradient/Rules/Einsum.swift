internal import ONNXModel

extension GradientRules {
    static let einsum: [String: GradientRule] = [
        "Einsum": .backward { context throws(GradientError) in try einsum(&context) }
    ]

    /// The gradient of an operand is the product of all others with the gradient, summed over what the operand does not have.
    private static func einsum(_ context: inout RuleContext) throws(GradientError) -> [String?] {
        let gradient = try context.outputGradient()
        let (operands, output) = try subscripts(context)
        var result: [String?] = []
        for (index, term) in operands.enumerated() {
            guard context.wants(index) else {
                result.append(nil)
                continue
            }
            let others = operands.indices.filter { $0 != index }
            let terms = [output] + others.map { operands[$0] }
            let reachable = term.filter { letter in terms.contains { $0.contains(letter) } }
            let equation = terms.joined(separator: ",") + "->" + reachable
            let product = context.emit(
                "Einsum", [gradient] + others.map { context.node.input[$0] }, [.string("equation", equation)])
            // An axis that only this operand has was summed over: every element along it has the same gradient.
            let alone = term.enumerated().filter { !reachable.contains($0.element) }.map(\.offset)
            guard !alone.isEmpty else {
                result.append(product)
                continue
            }
            let shape = context.emit("Shape", [try context.input(index)])
            result.append(context.emit("Expand", [context.unsqueeze(product, axes: alone), shape]))
        }
        return result
    }

    /// The letters of every operand and of the output.
    private static func subscripts(_ context: RuleContext) throws(GradientError) -> (operands: [String], output: String) {
        let equation = (context.node.string("equation") ?? "").filter { $0 != " " }
        let sides = equation.split(separator: "->", omittingEmptySubsequences: false).map(String.init)
        let operands = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard sides.count <= 2, operands.count == context.node.input.count else {
            throw context.unsupported("'\(equation)' does not fit \(context.node.input.count) inputs")
        }
        var lengths: [Character: Dimension] = [:]
        for (index, term) in operands.enumerated() {
            let shape = try context.type(of: context.input(index)).shape
            guard term.allSatisfy(\.isLetter), Set(term).count == term.count, term.count == shape.count else {
                throw context.unsupported("'\(equation)' has an ellipsis, a diagonal or not one letter for every axis")
            }
            for (letter, length) in zip(term, shape) {
                guard (lengths[letter] ?? length) == length else { throw context.unsupported("axis \(letter) is broadcast") }
                lengths[letter] = length
            }
        }
        let letters = operands.joined()
        let implicit = String(Set(letters).filter { letter in letters.count { $0 == letter } == 1 }.sorted())
        return (operands, sides.count == 2 ? sides[1] : implicit)
    }
}
