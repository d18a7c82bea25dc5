import LowRank
import Search
import Testing

@Suite("Margins of points to what is acceptable")
struct MarginTests {
    /// A point whose differences on the 400 select samples have this mean and standard error, and whose answers change so.
    private func point(
        difference: Double, standardError: Double, calibrated: Double? = nil, broken: Int = 0, mended: Int = 0
    ) throws -> FrontierPoint {
        // Of n values half a step above and half below the mean, the standard error is the step / sqrt(n - 1).
        let count = 400
        let step = standardError * Double(count - 1).squareRoot()
        func after(_ mean: Double) -> [Double] { (0..<count).map { 1 + mean + ($0 % 2 == 0 ? step : -step) } }
        func hits(_ right: Range<Int>) -> [Double] { (0..<count).map { right.contains($0) ? 1 : 0 } }
        let ones = Array(repeating: 1.0, count: count)
        let losses = after(difference)
        return try FrontierPoint(
            layers: [],
            CandidateLosses(
                losses, calibrated: calibrated.map(after) ?? losses, hits: hits(0..<(300 - broken))),
            original: CandidateLosses(ones, hits: hits(mended..<300)))
    }

    private func margin(_ point: FrontierPoint, tolerance: Double, certify: Int? = nil) -> Double {
        Acceptance(Limits(lossRise: tolerance), certifySamples: certify).margin(point)
    }

    @Test("Without a tolerance the mean decides")
    func mean() throws {
        #expect(abs(margin(try point(difference: -0.002, standardError: 0.001), tolerance: 0) - 2) < 1e-6)
        #expect(abs(margin(try point(difference: 0.003, standardError: 0.001), tolerance: 0) + 3) < 1e-6)
    }

    @Test("With a tolerance the upper bound does, where that is easier")
    func bound() throws {
        let own = try point(difference: 0.005, standardError: 0.001)
        #expect(abs(margin(own, tolerance: 0.01) - (0.01 - own.comparison.upperBound95) / 0.001) < 1e-6)
        #expect(margin(own, tolerance: 0.006) < 0)
        #expect(abs(margin(try point(difference: -0.002, standardError: 0.01), tolerance: 0.001) - 0.2) < 1e-6)
        // Four times as many certify samples: the bound is half as far from the mean, but for Student's quantile.
        #expect(abs(margin(own, tolerance: 0.01, certify: 1600) - (5 - 2.057 / 2)) < 0.01)
    }

    @Test("Without noise a point is beyond doubt")
    func exact() throws {
        #expect(margin(try point(difference: 0, standardError: 0), tolerance: 0) == .infinity)
        #expect(margin(try point(difference: 0.125, standardError: 0), tolerance: 0) == -.infinity)
    }

    @Test("A limit of the fall leaves what the bound of so many certify samples does not take")
    func fall() throws {
        let own = try point(difference: 0.5, standardError: 0.001, broken: 6, mended: 2)
        let standardError = (8 - 0.04 + 1).squareRoot() / 400
        for (certify, broken, mended) in [(400, 6, 2), (2000, 30, 10)] {
            let bound = ExactFall.upperBound95(broken: broken, mended: mended, samples: certify)
            let acceptance = Acceptance(Limits(accuracyFall: 0.03), certifySamples: certify)
            #expect(abs(acceptance.margin(own) - (0.03 - bound) / standardError) < 1e-6)
        }
        // Of both limits, the one that is nearer counts; where nothing is right or wrong, no fall can be shown.
        let both = Acceptance(Limits(lossRise: 0, accuracyFall: 0.03))
        #expect(abs(both.margin(own) + 500) < 1e-3 && !both.holds(own) && both.isHopeless(own))
        let unknown = try FrontierPoint(layers: [], CandidateLosses([1, 1]), original: CandidateLosses([1, 1]))
        #expect(Acceptance(Limits(accuracyFall: 0.03)).margin(unknown) == -.infinity)
    }

    @Test("What holds on the select samples, and what is worse beyond doubt")
    func holds() throws {
        let own = try point(difference: 0.005, standardError: 0.001, broken: 6, mended: 2)
        #expect(Acceptance(Limits(lossRise: 0.005 + 1e-9)).holds(own) && !Acceptance(Limits(lossRise: 0.0049)).holds(own))
        #expect(Acceptance(Limits(accuracyFall: 0.011)).holds(own) && !Acceptance(Limits(accuracyFall: 0.009)).holds(own))
        #expect(!Acceptance(Limits(lossRise: 0.0031)).isHopeless(own) && Acceptance(Limits(lossRise: 0.0029)).isHopeless(own))
        // The fall is 4 in 400, its standard error 2.99.
        #expect(!Acceptance(Limits(accuracyFall: 0)).isHopeless(own))
        #expect(Acceptance(Limits(accuracyFall: 0)).isHopeless(try point(difference: 0, standardError: 0, broken: 9, mended: 0)))
    }

    @Test("Without limits, softer logits count for nothing, and fewer right answers against it")
    func strict() throws {
        let strict = Acceptance(Limits())
        #expect(!strict.holds(try point(difference: -0.01, standardError: 0.001, calibrated: 0.003)))
        #expect(abs(strict.margin(try point(difference: 0.01, standardError: 0.001, calibrated: -0.002)) - 2) < 1e-6)
        #expect(strict.holds(try point(difference: 0.01, standardError: 0.001, calibrated: -0.002, broken: 1)))
        let fewer = try point(difference: -0.01, standardError: 0.001, calibrated: -0.002, broken: 9, mended: 1)
        #expect(!strict.holds(fewer) && strict.margin(fewer) == -.infinity && !strict.isHopeless(fewer))
    }
}
