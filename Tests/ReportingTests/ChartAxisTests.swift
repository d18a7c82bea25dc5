import Testing

@testable import Reporting

@Suite("Axes")
struct ChartAxisTests {
    @Test(
        "Ticks are round and cover the values",
        arguments: [
            ([0.0, 1], 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
            ([-0.013, 0.041], 2, [-0.02, 0, 0.02, 0.04, 0.06]),
            ([100, 25], 0, [20, 40, 60, 80, 100]),
            ([0, 0.3], 1, [0, 0.1, 0.2, 0.3]),
            ([98.2, 100], 1, [98, 98.5, 99, 99.5, 100]),
            ([-12_000, 31_000], 0, [-20_000, -10_000, 0, 10_000, 20_000, 30_000, 40_000]),
        ])
    func ticks(values: [Double], places: Int, ticks: [Double]) {
        let axis = ChartAxis(covering: values)
        #expect(axis.ticks == ticks)
        #expect(axis.places == places)
    }

    @Test(
        "Whatever the values, there is a range, and what can be drawn lies in it",
        arguments: [
            [], [0], [100], [-3], [.nan], [.infinity, -.infinity], [1e300, 0], [.leastNonzeroMagnitude, 0], [0, 1e-12], [1e6, -1e6],
            [7, 7.000_000_001], [999_999.999_999, 1e6], [0, .nan, 1],
        ] as [[Double]])
    func degenerate(values: [Double]) {
        let axis = ChartAxis(covering: values)
        #expect((2...12).contains(axis.ticks.count))
        #expect(zip(axis.ticks, axis.ticks.dropFirst()).allSatisfy { $0 < $1 })
        for value in values where ChartAxis.isDrawable(value) {
            #expect((-1e-6...1 + 1e-6).contains(axis.position(of: value)), "\(value) in \(axis.ticks)")
        }
    }
}
