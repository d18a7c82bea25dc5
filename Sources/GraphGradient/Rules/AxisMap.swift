internal import ONNXModel

/// A linear map along one axis of a tensor: each output is a weighted sum of a few inputs.
struct AxisMap {
    let inputCount: Int
    /// For each output, the inputs it reads and their weights; an input may be listed twice.
    var taps: [[(input: Int, weight: Double)]]

    var outputCount: Int { taps.count }

    /// How often each input is repeated, where the map does nothing else.
    fileprivate var repetitions: Int? {
        guard inputCount > 0, outputCount % inputCount == 0 else { return nil }
        let times = outputCount / inputCount
        let repeats = taps.indices.allSatisfy { taps[$0].count == 1 && taps[$0][0].input == $0 / times && taps[$0][0].weight == 1 }
        return repeats ? times : nil
    }

    /// Inputs x outputs.
    fileprivate var transposedMatrix: [Double] {
        var matrix = [Double](repeating: 0, count: inputCount * outputCount)
        for (output, taps) in taps.enumerated() {
            for (input, weight) in taps { matrix[input * outputCount + output] += weight }
        }
        return matrix
    }
}

extension RuleContext {
    /// The adjoint of maps along several axes, in ascending order; axes without a map are left as they are.
    ///
    /// - Parameters:
    ///   - gradient: has the shape of `output`, whose axes from the first mapped one on must have fixed lengths.
    ///   - input: names the value whose shape the result has.
    mutating func adjoint(
        of maps: [(axis: Int, map: AxisMap)], _ gradient: String, from output: String, to input: String
    ) throws(GradientError) -> String {
        guard let first = maps.first?.axis else { return gradient }
        let type = try type(of: output)
        var lengths = try fixedLengths(of: output, axes: first..<type.rank)
        guard !lengths.hasProduct(above: 1 << 40) else { throw unsupported("its output is too large") }
        var value = gradient
        for (axis, map) in maps {
            let after = lengths[(axis - first + 1)...].reduce(1, *)
            lengths[axis - first] = map.inputCount
            if let times = map.repetitions {
                if times > 1 { value = reduceSum(reshape(value, [-1, map.inputCount, times, after]), axes: [2], keepDimensions: false) }
                continue
            }
            guard ![map.inputCount, map.outputCount].hasProduct(above: 1 << 24) else { throw unsupported("axis \(axis) is too long") }
            let matrix = try array(map.transposedMatrix, shape: [map.inputCount, map.outputCount], type.elementType)
            value = emit("MatMul", [matrix, reshape(value, [-1, map.outputCount, after])])
        }
        return reshape(value, like: input)
    }
}
