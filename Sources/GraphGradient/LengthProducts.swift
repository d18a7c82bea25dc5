extension Sequence<Int> {
    /// Whether the product of these lengths is larger than `limit`; lengths from a file may not be multiplied as integers.
    func hasProduct(above limit: Int) -> Bool {
        reduce(1.0) { $0 * Double($1) } > Double(limit)
    }
}
