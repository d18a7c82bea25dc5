internal import LinearAlgebra
internal import Tensors

/// How the matrices of a layer lie in its weight tensor.
///
/// A convolution's weight [groups * M, C_in / groups, k...] is, row-major, one M x K matrix per group after the other.
/// The operand of a product is one matrix, stored as W (M x K) or as its transpose (K x M).
/// A convolution's weight by the spatial scheme has a [C_in / groups * kh, kw] matrix for every output channel, the transpose of as many
/// rows of W.
package struct WeightLayout: Sendable, Hashable {
    package let groups: Int
    /// M, the rows of one group's matrix.
    package let rows: Int
    /// K, the columns of one group's matrix.
    package let columns: Int
    /// The tensor holds the matrices' rows as they are (nil), or so many blocks of equally many rows, one after the other and each transposed.
    private let transposedBlocks: Int?
    package let shape: [Int]

    /// A convolution's weight of any number of spatial axes.
    static func convolution(groups: Int, rows: Int, channels: Int, kernel: [Int]) -> WeightLayout {
        WeightLayout(
            groups: groups, rows: rows, columns: kernel.reduce(channels, *), transposedBlocks: nil,
            shape: [groups * rows, channels] + kernel)
    }

    /// A convolution's weight of two spatial axes by ``FactorizationScheme/spatial``, as well as its factors, of which one has kernels
    /// kh x 1 and the other 1 x kw.
    ///
    /// - Parameter outputs: output channels of a group.
    static func spatial(groups: Int, outputs: Int, channels: Int, kernel: (height: Int, width: Int)) -> WeightLayout {
        WeightLayout(
            groups: groups, rows: outputs * kernel.width, columns: channels * kernel.height, transposedBlocks: groups * outputs,
            shape: [groups * outputs, channels, kernel.height, kernel.width])
    }

    /// One operand of a matrix product.
    static func operand(rows: Int, columns: Int, isTransposed: Bool) -> WeightLayout {
        WeightLayout(
            groups: 1, rows: rows, columns: columns, transposedBlocks: isTransposed ? 1 : nil,
            shape: isTransposed ? [columns, rows] : [rows, columns])
    }

    /// One operand of a matrix product, by the shape that is stored.
    static func operand(shape: (Int, Int), isTransposed: Bool) -> WeightLayout {
        isTransposed
            ? operand(rows: shape.1, columns: shape.0, isTransposed: true) : operand(rows: shape.0, columns: shape.1, isTransposed: false)
    }
}

extension WeightLayout {
    /// The matrices, M x K and one per group, that a weight stands for.
    ///
    /// - Parameter tensor: floating-point, of this layout's shape.
    func matrices(_ tensor: Tensor) throws(LinearAlgebraError) -> [Matrix] {
        let elements = tensor.floatingPointElements ?? []
        let stacked = try Matrix(rows: groups * rows, columns: columns, elements: transposingBlocks(of: elements, isStored: true))
        return groups == 1 ? [stacked] : (0..<groups).map { stacked.rows($0 * rows..<($0 + 1) * rows) }
    }

    /// The weight that holds the given matrices, M x K and one per group: the inverse of ``matrices(_:)``.
    ///
    /// - Parameter elementType: a floating-point one, to which the entries are rounded; what is too large becomes infinite.
    func tensor(_ matrices: [Matrix], elementType: ElementType) throws(TensorError) -> Tensor {
        let own = matrices.count == 1 ? matrices[0].elements : matrices.flatMap(\.elements)
        let elements = transposingBlocks(of: own, isStored: false)
        return try Tensor(elementType: elementType, shape: shape, rounding: elements)
    }

    /// The elements in the other order: from the tensor's to the matrices' rows where `isStored`, else the other way.
    private func transposingBlocks(of elements: [Double], isStored: Bool) -> [Double] {
        guard let blocks = transposedBlocks, elements.count == groups * rows * columns else { return elements }
        let height = groups * rows / blocks
        let (stride, length) = isStored ? (height, columns) : (columns, height)
        return [Double](unsafeUninitializedCapacity: elements.count) { buffer, count in
            for block in 0..<blocks {
                let start = block * height * columns
                for index in 0..<stride {
                    for position in 0..<length {
                        buffer.initializeElement(at: start + index * length + position, to: elements[start + position * stride + index])
                    }
                }
            }
            count = elements.count
        }
    }
}
