internal import ONNXModel
internal import Tensors

extension GradientRules {
    /// Sums, means, extrema and norms along axes that are known when the graph is built.
    ///
    /// Where several elements are the largest or smallest, they share the gradient evenly. The norm's gradient at the origin is 0.
    static let reductions: [String: GradientRule] = [
        "ReduceSum": reduction { context, v throws(GradientError) in
            context.emit("Expand", [v.g, context.emit("Shape", [v.x])])
        },
        "ReduceMean": reduction { context, v throws(GradientError) in
            let share = context.emit("Div", [v.g, try context.elementsPerResult(v)])
            return context.emit("Expand", [share, context.emit("Shape", [v.x])])
        },
        "ReduceMax": reduction { context, v throws(GradientError) in try extremum(&context, v) },
        "ReduceMin": reduction { context, v throws(GradientError) in try extremum(&context, v) },
        "ReduceL1": reduction(usesNoop: false) { context, v throws(GradientError) in
            context.emit("Mul", [v.g, context.emit("Sign", [v.x])])
        },
        "ReduceL2": reduction(usesNoop: false) { context, v throws(GradientError) in
            let zero = try context.number(0)
            let atOrigin = context.emit("Equal", [v.y, zero])
            let direction = context.emit("Where", [atOrigin, zero, context.emit("Div", [v.x, v.y])])
            return context.emit("Mul", [v.g, direction])
        },
        "ReduceSumSquare": reduction(usesNoop: false) { context, v throws(GradientError) in
            context.emit("Mul", [v.x, context.emit("Mul", [v.g, try context.number(2)])])
        },
        "ReduceLogSum": reduction(usesNoop: false) { context, v throws(GradientError) in
            let share = context.emit("Div", [v.g, context.emit("Exp", [v.y])])
            return context.emit("Expand", [share, context.emit("Shape", [v.x])])
        },
        "ReduceLogSumExp": reduction(usesNoop: false) { context, v throws(GradientError) in
            context.emit("Mul", [v.g, context.emit("Exp", [context.emit("Sub", [v.x, v.y])])])
        },
        // Every element is part of all sums from it on.
        "CumSum": elementwise { context, v throws(GradientError) in
            let reverse = context.node.int("reverse") ?? 0 != 0
            let attributes: [AttributeProto] = [
                .int("exclusive", context.node.int("exclusive") ?? 0), .int("reverse", reverse ? 0 : 1),
            ]
            return context.emit("CumSum", [v.g, try context.input(1)], attributes)
        },
    ]

    /// A rule that is written for results that keep their reduced axes: y and g arrive in that form.
    ///
    /// - Parameter usesNoop: false where readings of the specification differ on what the operator does when it has no axes and
    ///   `noop_with_empty_axes` is set (nothing, or its elementwise part).
    private static func reduction(
        usesNoop: Bool = true, _ body: @escaping @Sendable (inout RuleContext, Elementwise) throws(GradientError) -> String
    ) -> GradientRule {
        .backward { context throws(GradientError) in
            let axes = try context.constantIntegers(1, "axes") ?? []
            let gradient = try context.outputGradient()
            if axes.isEmpty, context.node.int("noop_with_empty_axes") ?? 0 != 0 {
                guard usesNoop else { throw context.unsupported("noop_with_empty_axes is set and there are no axes") }
                return [gradient]
            }
            let names = Elementwise(
                x: try context.input(0), y: context.withReducedAxes(try context.output(), axes),
                g: context.withReducedAxes(gradient, axes))
            return [try body(&context, names)]
        }
    }

    private static func extremum(_ context: inout RuleContext, _ v: Elementwise) throws(GradientError) -> String {
        let chosen = try context.cast(boolean: context.emit("Equal", [v.x, v.y]))
        let all = try context.constantIntegers(1, "axes") ?? []
        let count = context.emit(
            "ReduceSum", all.isEmpty ? [chosen] : [chosen, context.builder.integers(all)], [.int("keepdims", 1)])
        return context.emit("Mul", [chosen, context.emit("Div", [v.g, count])])
    }
}

extension RuleContext {
    /// Puts the axes that the node removed back, with length 1. All axes (a scalar) broadcast as they are.
    fileprivate mutating func withReducedAxes(_ value: String, _ axes: [Int]) -> String {
        guard !axes.isEmpty, node.int("keepdims") == 0 else { return value }
        return emit("Unsqueeze", [value, builder.integers(axes)])
    }

    /// How many elements of x went into each element of y, as a scalar.
    fileprivate mutating func elementsPerResult(_ v: GradientRules.Elementwise) throws(GradientError) -> String {
        let type = Int(try self.type(of: v.x).elementType.rawValue)
        let whole = emit("Cast", [emit("Size", [v.x])], [.int("to", type)])
        let results = emit("Cast", [emit("Size", [v.y])], [.int("to", type)])
        return emit("Div", [whole, results])
    }

    /// Ones and zeros in the element type of the node's output.
    fileprivate mutating func cast(boolean value: String) throws(GradientError) -> String {
        emit("Cast", [value], [.int("to", Int(try type(of: output()).elementType.rawValue))])
    }
}
