internal import ONNXModel
internal import Tensors

extension GradientRules {
    /// Largest elements of windows, and of whole feature maps.
    static let maxPooling: [String: GradientRule] = [
        "MaxPool": elementwise { context, v throws(GradientError) in
            guard context.node.int("storage_order") ?? 0 == 0 else { throw context.unsupported("storage_order is column-major") }
            // Windows may overlap, so that several outputs send their gradients to one input. Each index counts through all of X.
            let indices = context.reshape(context.requestedOutput(1), [-1])
            let size = context.reshape(context.emit("Size", [v.x]), [1])
            let zeros = context.emit("Expand", [try context.number(0), size])
            let sums = context.emit("ScatterElements", [zeros, indices, context.reshape(v.g, [-1])], [.string("reduction", "add")])
            return context.reshape(sums, like: v.x)
        },
        // Elements that are equally large share the gradient.
        "GlobalMaxPool": elementwise { context, v throws(GradientError) in
            let type = try context.type(of: v.x)
            let isLargest = context.emit("Equal", [v.x, v.y])
            let chosen = context.emit("Cast", [isLargest], [.int("to", Int(type.elementType.rawValue))])
            let count = context.reduceSum(chosen, axes: Array(2..<max(type.rank, 2)), keepDimensions: true)
            return context.emit("Mul", [chosen, context.emit("Div", [v.g, count])])
        },
    ]
}
