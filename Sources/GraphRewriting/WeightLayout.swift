internal import LinearAlgebra
internal import Tensors

/// How the matrices of a layer lie in its weight tensor.
///
/// A convolution's weight [groups * M, C_in / groups, k...] is, row-major, one M x K matrix per group after the other.
/// The operand of a product is one matrix, stored as W (M x K) or as its transpose (K x M).
package struct WeightLayout: Sendable, Hashable {
    package let groups: Int
    /// M, the rows of one group's matrix.
    package let rows: Int
    /// K, the columns of one group's matrix.
    package let columns: Int
    /// Whether the tensor holds the transpose of the matrix; only where `groups` is 1.
    package let isTransposed: Bool
    package let shape: [Int]

    /// A convolution's weight of any number of spatial axes.
    static func convolution(groups: Int, rows: Int, channels: Int, kernel: [Int]) -> WeightLayout {
        WeightLayout(
            groups: groups, rows: rows, columns: kernel.reduce(channels, *), isTransposed: false,
            shape: [groups * rows, channels] + kernel)
    }

    /// One operand of a matrix product.
    static func operand(rows: Int, columns: Int, isTransposed: Bool) -> WeightLayout {
        WeightLayout(
            groups: 1, rows: rows, columns: columns, isTransposed: isTransposed,
            shape: isTransposed ? [columns, rows] : [rows, columns])
    }

    /// One operand of a matrix product, by the shape that is stored.
    static func operand(shape: (Int, Int), isTransposed: Bool) -> WeightLayout {
        isTransposed
            ? operand(rows: shape.1, columns: shape.0, isTransposed: true) : operand(rows: shape.0, columns: shape.1, isTransposed: false)
    }

    /// The largest r with r * (rows + columns) < rows * columns; 0 where there is none.
    static func largestSavingRank(rows: Int, columns: Int) -> Int {
        (rows * columns - 1) / (rows + columns)
    }
}

extension WeightLayout {
    /// The matrices, M x K and one per group, that a weight stands for.
    ///
    /// - Parameter tensor: float32 or float64, of this layout's shape.
    func matrices(_ tensor: Tensor) throws(LinearAlgebraError) -> [Matrix] {
        let elements = tensor.elements(as: Float.self)?.map(Double.init) ?? tensor.elements(as: Double.self) ?? []
        if isTransposed { return [try Matrix(rows: columns, columns: rows, elements: elements).transposed] }
        let stacked = try Matrix(rows: groups * rows, columns: columns, elements: elements)
        return (0..<groups).map { stacked.rows($0 * rows..<($0 + 1) * rows) }
    }

    /// The weight that holds the given matrices, M x K and one per group: the inverse of ``matrices(_:)``.
    ///
    /// - Parameter elementType: `.float64`, or anything else for `.float32`.
    func tensor(_ matrices: [Matrix], elementType: ElementType) throws(TensorError) -> Tensor {
        let elements = matrices.flatMap { isTransposed ? $0.transposed.elements : $0.elements }
        return elementType == .float64 ? try Tensor(shape: shape, elements) : try Tensor(shape: shape, elements.map { Float($0) })
    }
}
