/// How the rank-r matrix second * first (M x K) of each group is stored.
package enum StorageForm: String, Codable, Sendable, Hashable, CaseIterable {
    /// Both factors: r (M + K) elements a group.
    case factors
    /// r rows of the matrix itself, and the coefficients that make its other rows from them: r (M + K - r) elements a group.
    case pivoted

    /// The elements of all groups together, for M = `rows` and K = `columns`.
    ///
    /// Any rank may be asked about: counts saturate at `Int.max`, and no more rows can be chosen than the full rank.
    package func parameters(groups: Int, rows: Int, columns: Int, rank: Int) -> Int {
        let (stored, width) =
            switch self {
            case .factors: (rank, rows + columns)
            case .pivoted: (min(rank, rows, columns), rows + columns - min(rank, rows, columns))
            }
        let (count, overflow) = stored.multipliedReportingOverflow(by: groups * width)
        return overflow ? .max : count
    }

    /// The largest rank that takes fewer elements than the rows * columns of the matrix; 0 where there is none.
    package func largestSavingRank(rows: Int, columns: Int) -> Int {
        switch self {
        case .factors: (rows * columns - 1) / (rows + columns)
        // What is saved is (M - r) (K - r).
        case .pivoted: min(rows, columns) - 1
        }
    }
}
