internal import ONNXModel
internal import Tensors

extension RuleContext {
    /// A scalar constant in the element type of the node's first output.
    mutating func number(_ value: Double) throws(GradientError) -> String {
        try number(value, typeOf: output())
    }

    /// A scalar constant in the element type of another value.
    mutating func number(_ value: Double, typeOf reference: String) throws(GradientError) -> String {
        try scalar(value, type(of: reference).elementType)
    }

    /// Zeros in the run-time shape and the element type of another value.
    mutating func zeros(like reference: String) throws(GradientError) -> String {
        let zero = try number(0, typeOf: reference)
        return emit("Expand", [zero, emit("Shape", [reference])])
    }

    /// Converts a value that has `source`'s element type to that of `target`; the value itself where they agree.
    mutating func cast(_ value: String, from source: String, to target: String) throws(GradientError) -> String {
        let type = try type(of: target).elementType
        guard try self.type(of: source).elementType != type else { return value }
        return emit("Cast", [value], [.int("to", Int(type.rawValue))])
    }

    /// The gradient where `condition` holds, zero elsewhere.
    ///
    /// A product, because ONNX Runtime takes ten times as long for Where; so an infinite gradient is not hidden, but becomes NaN.
    mutating func gate(_ gradient: String, where condition: String) throws(GradientError) -> String {
        let type = try type(of: output()).elementType
        return emit("Mul", [gradient, emit("Cast", [condition], [.int("to", Int(type.rawValue))])])
    }
}
