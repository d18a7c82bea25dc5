internal import Files
internal import ONNXModel
internal import Tensors

/// Weights that a model can be timed with on another device, in place of its own: one small file for each element type, which all weights of
/// all models share. Time does not depend on their values. Biases and other small constants stay as they are.
struct MadeUpWeights {
    /// Smaller tensors stay as they are: biases, scales, shapes.
    private static let smallestReplaced = 1024
    /// Bytes of the largest weight, by its type.
    private var largest: [ElementType: Int] = [:]

    private func location(_ type: ElementType) -> String { "weights.\(type).bin" }

    /// The model with these weights.
    mutating func replacing(in model: Model) throws -> Model {
        var proto = model.proto
        for index in proto.graph.initializer.indices {
            let tensor = proto.graph.initializer[index]
            guard let type = tensor.elementType, type.isFloatingPoint, tensor.dims.count > 1 else { continue }
            let byteCount = try tensor.elementCount() * type.byteCount
            guard byteCount >= MadeUpWeights.smallestReplaced else { continue }
            largest[type] = max(largest[type] ?? 0, byteCount)
            var replaced = TensorProto()
            (replaced.name, replaced.dims, replaced.dataType) = (tensor.name, tensor.dims, tensor.dataType)
            replaced.dataLocation = .external
            for (key, value) in [("location", location(type)), ("offset", "0"), ("length", "\(byteCount)")] {
                replaced.externalData.set(key, to: value)
            }
            proto.graph.initializer[index] = replaced
        }
        return Model(proto: proto)
    }

    /// Writes the files that the models name.
    ///
    /// - Returns: their bytes.
    func write(to folder: String) throws -> Int {
        for (type, byteCount) in largest {
            let count = byteCount / type.byteCount
            let values = try Tensor(
                elementType: type, shape: [count], rounding: (0..<count).map { (Double($0 * 7919 % 1009) / 1009 - 0.5) / 10 })
            try OutputFile.write(values.bytes, to: folder.appendingToPath(location(type)))
        }
        return largest.values.reduce(0, +)
    }
}
