package import Tensors

/// An array to be written whose elements are asked for when it is their turn.
package struct DeferredArray {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    /// Row-major, as many as type and shape ask for.
    let bytes: () -> [UInt8]

    /// - Parameter elements: makes as many as the shape asks for, in row-major order.
    package init<Scalar: TensorScalar>(name: String, shape: [Int], elements: @escaping () -> [Scalar]) {
        (self.name, elementType, self.shape) = (name, Scalar.elementType, shape)
        bytes = { elements().withUnsafeBytes { Array($0) } }
    }

    /// An array that is there already.
    package init(name: String, _ tensor: Tensor) {
        (self.name, elementType, shape) = (name, tensor.elementType, tensor.shape)
        bytes = { tensor.bytes }
    }
}
