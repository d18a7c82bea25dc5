import LowRank
import ONNXModel
import Testing

@testable import JointRank

@Suite("Margins of points to the verdict")
struct MarginTests {
    /// A point whose differences on the select samples have this mean and standard error.
    private func point(difference: Double, standardError: Double) throws -> FrontierPoint {
        // Of n values half a step above and half below the mean, the standard error is the step / sqrt(n - 1).
        let count = 400
        let step = standardError * Double(count - 1).squareRoot()
        let after = (0..<count).map { 1 + difference + ($0 % 2 == 0 ? step : -step) }
        let layers = try FactoredLayers([], of: .init(proto: .init()), threads: 1)
        return FrontierPoint(
            layers: layers, cost: 0, comparison: try PairedComparison(before: Array(repeating: 1, count: count), after: after))
    }

    @Test("The upper bound decides, not the mean, with a tolerance and without")
    func bound() throws {
        // The quantile is 2.06 with 400 samples.
        #expect(abs(try point(difference: -0.005, standardError: 0.001).margin(tolerance: 0) - 2.94) < 0.01)
        #expect(abs(try point(difference: -0.001, standardError: 0.001).margin(tolerance: 0) + 1.06) < 0.01)
        let own = try point(difference: 0.005, standardError: 0.001)
        #expect(abs(own.margin(tolerance: 0.01) - (0.01 - own.comparison.upperBound95) / 0.001) < 1e-6)
        #expect(own.margin(tolerance: 0.006) < 0)
    }

    @Test("Without noise a point is beyond doubt")
    func exact() throws {
        #expect(try point(difference: 0, standardError: 0).margin(tolerance: 0) == .infinity)
        #expect(try point(difference: 0.125, standardError: 0).margin(tolerance: 0) == -.infinity)
    }
}
