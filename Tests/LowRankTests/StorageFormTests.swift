import LowRank
import Testing

@Suite("Forms of storage")
struct StorageFormTests {
    @Test("Parameters are those of the stored matrices")
    func parametersAreThoseOfTheStoredMatrices() {
        #expect(StorageForm.factors.parameters(groups: 3, rows: 5, columns: 7, rank: 2) == 3 * 2 * 12)
        #expect(StorageForm.pivoted.parameters(groups: 3, rows: 5, columns: 7, rank: 2) == 3 * (2 * 7 + 3 * 2))
        // All rows are chosen: nothing else is left.
        #expect(StorageForm.pivoted.parameters(groups: 3, rows: 5, columns: 7, rank: 5) == 3 * 5 * 7)
        #expect(StorageForm.factors.parameters(groups: 3, rows: 5, columns: 7, rank: .max) == .max)
        #expect(StorageForm.pivoted.parameters(groups: 3, rows: 5, columns: 7, rank: .max) == 3 * 5 * 7)
        #expect(StorageForm.allCases.allSatisfy { $0.parameters(groups: 3, rows: 5, columns: 7, rank: 0) == 0 })
    }

    @Test("The largest saving rank is the last that saves", arguments: StorageForm.allCases)
    func theLargestSavingRankIsTheLastThatSaves(_ form: StorageForm) {
        for rows in 1...9 {
            for columns in 1...9 {
                let rank = form.largestSavingRank(rows: rows, columns: columns)
                let saving = (1..<max(min(rows, columns), 1)).filter {
                    form.parameters(groups: 1, rows: rows, columns: columns, rank: $0) < rows * columns
                }
                #expect(rank == saving.max() ?? 0, "\(rows) x \(columns)")
            }
        }
    }
}
