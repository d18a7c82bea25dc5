internal import ONNXModel

extension GradientRules {
    /// The names that the slope of a function of one tensor is written in: y = f(x), and g flows into y.
    struct Elementwise {
        let x: String
        let y: String
        let g: String
    }

    /// A rule for a node whose first input is its only one that gradients flow to.
    static func elementwise(
        _ body: @escaping @Sendable (inout RuleContext, Elementwise) throws(GradientError) -> String
    ) -> GradientRule {
        .backward { context throws(GradientError) in
            let names = Elementwise(x: try context.input(0), y: try context.output(), g: try context.outputGradient())
            return [try body(&context, names)]
        }
    }

    /// Functions of mathematics, element by element.
    static let functions: [String: GradientRule] = [
        "Neg": elementwise { context, v throws(GradientError) in context.emit("Neg", [v.g]) },
        "Abs": elementwise { context, v throws(GradientError) in context.emit("Mul", [v.g, context.emit("Sign", [v.x])]) },
        "Reciprocal": elementwise { context, v throws(GradientError) in
            let square = context.emit("Mul", [v.y, v.y])
            return context.emit("Neg", [context.emit("Mul", [v.g, square])])
        },
        "Sqrt": elementwise { context, v throws(GradientError) in
            context.emit("Div", [v.g, context.emit("Mul", [v.y, try context.number(2)])])
        },
        "Exp": elementwise { context, v throws(GradientError) in context.emit("Mul", [v.g, v.y]) },
        "Log": elementwise { context, v throws(GradientError) in context.emit("Div", [v.g, v.x]) },
        "Sin": elementwise { context, v throws(GradientError) in context.emit("Mul", [v.g, context.emit("Cos", [v.x])]) },
        "Cos": elementwise { context, v throws(GradientError) in
            context.emit("Neg", [context.emit("Mul", [v.g, context.emit("Sin", [v.x])])])
        },
        "Tan": elementwise { context, v throws(GradientError) in
            let square = context.emit("Mul", [v.y, v.y])
            return context.emit("Mul", [v.g, context.emit("Add", [square, try context.number(1)])])
        },
        "Sinh": elementwise { context, v throws(GradientError) in context.emit("Mul", [v.g, context.emit("Cosh", [v.x])]) },
        "Cosh": elementwise { context, v throws(GradientError) in context.emit("Mul", [v.g, context.emit("Sinh", [v.x])]) },
        "Atan": elementwise { context, v throws(GradientError) in
            let square = context.emit("Mul", [v.x, v.x])
            return context.emit("Div", [v.g, context.emit("Add", [square, try context.number(1)])])
        },
        "Asin": elementwise { context, v throws(GradientError) in context.emit("Div", [v.g, try cosineOfArc(&context, v)]) },
        "Acos": elementwise { context, v throws(GradientError) in
            context.emit("Neg", [context.emit("Div", [v.g, try cosineOfArc(&context, v)])])
        },
        "Asinh": elementwise { context, v throws(GradientError) in
            let shifted = context.emit("Add", [context.emit("Mul", [v.x, v.x]), try context.number(1)])
            return context.emit("Div", [v.g, context.emit("Sqrt", [shifted])])
        },
        "Acosh": elementwise { context, v throws(GradientError) in
            let shifted = context.emit("Sub", [context.emit("Mul", [v.x, v.x]), try context.number(1)])
            return context.emit("Div", [v.g, context.emit("Sqrt", [shifted])])
        },
        "Atanh": elementwise { context, v throws(GradientError) in
            let rest = context.emit("Sub", [try context.number(1), context.emit("Mul", [v.x, v.x])])
            return context.emit("Div", [v.g, rest])
        },
        // 2/√π exp(-x²)
        "Erf": elementwise { context, v throws(GradientError) in
            let exponent = context.emit("Neg", [context.emit("Mul", [v.x, v.x])])
            let bell = context.emit("Mul", [context.emit("Exp", [exponent]), try context.number(1.1283791670955126)])
            return context.emit("Mul", [v.g, bell])
        },
        "Identity": elementwise { _, v throws(GradientError) in v.g },
        "Cast": elementwise { context, v throws(GradientError) in try context.cast(v.g, from: v.y, to: v.x) },
        "CastLike": elementwise { context, v throws(GradientError) in try context.cast(v.g, from: v.y, to: v.x) },
    ]

    /// √(1 - x²).
    private static func cosineOfArc(_ context: inout RuleContext, _ v: Elementwise) throws(GradientError) -> String {
        let rest = context.emit("Sub", [try context.number(1), context.emit("Mul", [v.x, v.x])])
        return context.emit("Sqrt", [rest])
    }
}
