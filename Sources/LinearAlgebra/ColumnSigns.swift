extension Matrix {
    /// For each column the sign, 1 or -1, that makes its entry of largest magnitude, the first of equal ones, positive.
    var columnSigns: [Double] {
        var largest = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns where self[row, column].magnitude > largest[column].magnitude {
                largest[column] = self[row, column]
            }
        }
        return largest.map { $0 < 0 ? -1 : 1 }
    }
}
