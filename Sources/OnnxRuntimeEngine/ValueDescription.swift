package import Tensors

/// An input or output of a model, as the runtime sees it.
package struct ValueDescription: Sendable, Hashable {
    package let name: String
    /// Nil for what is no tensor of an ``ElementType``: strings, sequences, maps, optional values.
    package let elementType: ElementType?
    /// The length of every axis, nil where it is free. Empty for scalars, and also where the model leaves out the shape.
    package let shape: [Int?]
    /// The symbols of the free axes, such as `batch`, one for each axis; nil for axes of known length and for free ones without.
    package let symbols: [String?]
    /// The type in words, for messages: `tensor of float32`, `sequence`.
    package let typeName: String

    init(name: String, type: ValueType) {
        self.name = name
        elementType = type.elementType
        shape = type.shape
        symbols = type.symbols
        typeName = type.name
    }
}
