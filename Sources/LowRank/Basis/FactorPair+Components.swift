package import LinearAlgebra

extension FactorPair {
    /// Scales each component so that its two factors have equal norms: they lose least when they are stored in single precision.
    func balanced() throws(LinearAlgebraError) -> FactorPair {
        let (first, second) = (first, second)
        let scales = (0..<rank).map { component -> Double in
            let row = first.row(component).reduce(0) { $0 + $1 * $1 }.squareRoot()
            let column = second.column(component).reduce(0) { $0 + $1 * $1 }.squareRoot()
            return row > 0 && column > 0 ? (column / row).squareRoot() : 1
        }
        return FactorPair(first: try first.scalingRows(by: scales), second: try second.scalingColumns(by: scales.map { 1 / $0 }))
    }

    /// Some of the components.
    ///
    /// - Parameters:
    ///   - components: which, in the order in which they are to stand.
    ///   - scales: of each of these; nil for ones.
    package func keeping(_ components: [Int], scales: [Double]? = nil) throws(LinearAlgebraError) -> FactorPair {
        // Matrices that stay as they are need no second copy.
        if scales == nil, components.elementsEqual(0..<rank) { return self }
        let (first, second) = (first, second)
        let scales = scales ?? Array(repeating: 1, count: components.count)
        let rows = try Matrix(rows: components.count, columns: first.columns, elements: components.flatMap { first.row($0) })
        return FactorPair(
            first: try rows.scalingRows(by: scales.map { $0.magnitude.squareRoot() }),
            second: try second.columns(components).scalingColumns(by: scales.map { $0.magnitude.squareRoot() * ($0 < 0 ? -1 : 1) }))
    }

    /// The same map with further components of zeros.
    ///
    /// - Parameter count: of components; no less than there are.
    package func padded(to count: Int) throws(LinearAlgebraError) -> FactorPair {
        guard count > rank else { return self }
        let (first, second) = (first, second)
        let wider = second.elements.isEmpty ? [] : (0..<second.rows).flatMap { second.row($0) + repeatElement(0, count: count - rank) }
        return FactorPair(
            first: try Matrix(
                rows: count, columns: first.columns, elements: first.elements + repeatElement(0, count: (count - rank) * first.columns)),
            second: try Matrix(rows: second.rows, columns: count, elements: wider))
    }
}
