import LowRank
import Search
import Testing

@Suite("Margins of points to the verdict")
struct MarginTests {
    /// A point whose differences on the select samples have this mean and standard error.
    private func point(difference: Double, standardError: Double) throws -> FrontierPoint {
        // Of n values half a step above and half below the mean, the standard error is the step / sqrt(n - 1).
        let count = 400
        let step = standardError * Double(count - 1).squareRoot()
        let after = (0..<count).map { 1 + difference + ($0 % 2 == 0 ? step : -step) }
        return try FrontierPoint(layers: [], CandidateLosses(after), original: CandidateLosses(Array(repeating: 1, count: count)))
    }

    @Test("Without a tolerance the mean decides")
    func mean() throws {
        #expect(abs(try point(difference: -0.002, standardError: 0.001).margin(tolerance: 0) - 2) < 1e-6)
        #expect(abs(try point(difference: 0.003, standardError: 0.001).margin(tolerance: 0) + 3) < 1e-6)
    }

    @Test("With a tolerance the upper bound does, where that is easier")
    func bound() throws {
        let own = try point(difference: 0.005, standardError: 0.001)
        #expect(abs(own.margin(tolerance: 0.01) - (0.01 - own.comparison.upperBound95) / 0.001) < 1e-6)
        #expect(own.margin(tolerance: 0.006) < 0)
        #expect(abs(try point(difference: -0.002, standardError: 0.01).margin(tolerance: 0.001) - 0.2) < 1e-6)
    }

    @Test("Without noise a point is beyond doubt")
    func exact() throws {
        #expect(try point(difference: 0, standardError: 0).margin(tolerance: 0) == .infinity)
        #expect(try point(difference: 0.125, standardError: 0).margin(tolerance: 0) == -.infinity)
    }
}
