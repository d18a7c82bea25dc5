package import Tensors

/// The length of an axis: known, or free to differ from run to run (a batch, a sequence length).
package enum Dimension: Sendable, Hashable {
    case fixed(Int)
    case dynamic

    package var fixedLength: Int? {
        if case .fixed(let length) = self { length } else { nil }
    }
}

/// Element type and shape of a value in a graph.
package struct TensorType: Sendable, Hashable {
    package var elementType: ElementType
    package var shape: [Dimension]

    package init(_ elementType: ElementType, _ shape: [Dimension]) {
        self.elementType = elementType
        self.shape = shape
    }

    package var rank: Int { shape.count }

    /// The shape, where every axis is known.
    package var fixedShape: [Int]? {
        let lengths = shape.compactMap(\.fixedLength)
        return lengths.count == shape.count ? lengths : nil
    }
}
