internal import ONNXModel
internal import Tensors

// Reading inputs whose values are known when the graph is built.

extension RuleContext {
    /// The integers of an optional input such as axes, pads or split; nil where the node does not have it.
    ///
    /// - Throws: ``GradientError/unsupported(operatorName:node:reason:)`` where the values are only known at run time.
    func constantIntegers(_ index: Int, _ role: String) throws(GradientError) -> [Int]? {
        guard let name = node.optionalInput(index) else { return nil }
        guard let values = constant(name)?.integers else { throw unsupported("its \(role) are not constant") }
        return values
    }

    /// The number that every element of a constant is equal to; nil for run-time values and for constants of several numbers.
    func uniformNumber(_ value: String) -> Double? {
        guard let numbers = constant(value)?.numbers, let first = numbers.first, numbers.allSatisfy({ $0 == first }) else { return nil }
        return first
    }
}

extension Tensor {
    fileprivate var integers: [Int]? {
        switch elementType {
        case .int64: elements(as: Int64.self)?.map(Int.init)
        case .int32: elements(as: Int32.self)?.map(Int.init)
        default: nil
        }
    }

    fileprivate var numbers: [Double]? {
        switch elementType {
        case .float32: elements(as: Float.self)?.map(Double.init)
        case .float64: elements(as: Double.self)
        default: integers?.map(Double.init)
        }
    }
}
