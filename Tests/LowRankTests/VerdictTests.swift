import LowRank
import Testing

@Suite("Verdicts")
struct VerdictTests {
    /// Losses of four samples whose changes are these.
    private func loss(_ changes: [Double]) throws -> PairedComparison {
        try PairedComparison(before: changes.map { _ in 1 }, after: changes.map { 1 + $0 })
    }

    /// A thousand answers, of which so many change.
    private func accuracy(broken: Int, mended: Int) throws -> AccuracyComparison {
        func answers(_ right: Range<Int>) -> [Int] { (0..<1000).map { right.contains($0) ? 1 : 0 } }
        return try AccuracyComparison(
            before: answers(mended..<900), after: answers(0..<(900 - broken)), positions: Array(repeating: 1, count: 1000))
    }

    private func verdict(
        _ loss: PairedComparison, calibrated: PairedComparison? = nil, accuracy: AccuracyComparison? = nil,
        corroboration: Evidence.Corroboration = .none, _ limits: Limits = Limits()
    ) -> Verdict {
        Verdict(Evidence(loss: loss, calibrated: calibrated, accuracy: accuracy, corroboration: corroboration), limits: limits)
    }

    @Test("Of the loss alone: its bound decides")
    func bounds() throws {
        #expect(try verdict(loss([-0.1, -0.2, -0.1, -0.2])) == .better)
        #expect(try verdict(loss([0, 0, 0, 0])) == .lossless)
        let worse = try loss([0.01, 0.02, 0.01, 0.02])
        #expect(verdict(worse) == .notMet && verdict(worse, Limits(lossRise: 0)) == .notMet)
        // The tolerance is kept, which makes nothing lossless.
        #expect(verdict(worse, Limits(lossRise: 0.1)) == .acceptable)
        #expect(verdict(worse, Limits(lossRise: 0.016)) == .notMet)
    }

    @Test("A mean of at most 0 is no proof of anything by itself; other samples, which say the same, make it one")
    func mean() throws {
        let noisy = try loss([-1, 0.9, -0.5, -0.5])
        #expect(verdict(noisy) == .notMet && verdict(noisy, Limits(lossRise: 0)) == .notMet)
        #expect(verdict(noisy, Limits(lossRise: 0.1)) == .notMet)
        let both = Evidence.Corroboration(loss: true, calibrated: true)
        #expect(verdict(noisy, corroboration: both) == .lossless)
        #expect(verdict(noisy, corroboration: both, Limits(lossRise: 0)) == .lossless)
        #expect(try verdict(loss([-0.5, 1.5, -0.5, -0.4]), corroboration: both) == .notMet)
        // Only the loss at the best temperature counts where there is one, and its own corroboration.
        let plain = Evidence.Corroboration(loss: true, calibrated: false)
        #expect(verdict(noisy, calibrated: noisy, corroboration: plain) == .notMet)
        #expect(verdict(noisy, calibrated: noisy, corroboration: both) == .lossless)
        #expect(verdict(noisy, calibrated: noisy, corroboration: plain, Limits(lossRise: 0)) == .acceptable)
    }

    @Test("Softer logits are neither better nor lossless")
    func softer() throws {
        let (fallen, risen) = (try loss([-0.1, -0.2, -0.1, -0.2]), try loss([0.01, 0.02, 0.01, 0.02]))
        #expect(verdict(fallen, calibrated: risen) == .notMet)
        #expect(verdict(fallen, calibrated: risen, Limits(lossRise: 0)) == .acceptable)
        #expect(verdict(risen, calibrated: fallen) == .better)
        #expect(verdict(risen, calibrated: fallen, Limits(lossRise: 0)) == .notMet)
    }

    @Test("What costs right answers measurably is never called better or lossless")
    func fewerAnswers() throws {
        let fallen = try loss([-0.1, -0.2, -0.1, -0.2])
        // By 11 in 1000, with a standard error of about 4.
        let fewer = try accuracy(broken: 14, mended: 3)
        #expect(abs(fewer.difference + 0.011) < 1e-12 && abs(fewer.standardError - 0.0041) < 1e-4)
        #expect(verdict(fallen, calibrated: fallen, accuracy: fewer) == .notMet)
        #expect(verdict(fallen, calibrated: fallen, accuracy: fewer, Limits(lossRise: 0.01)) == .acceptable)
        #expect(verdict(fallen, calibrated: fallen, accuracy: try accuracy(broken: 5, mended: 3)) == .better)
    }

    @Test("A limit of the fall is kept where the exact bound is at most the limit")
    func fall() throws {
        let risen = try loss([0.01, 0.02, 0.01, 0.02])
        let accuracy = try accuracy(broken: 5, mended: 3)
        let bound = accuracy.fallUpperBound95
        #expect(verdict(risen, accuracy: accuracy, Limits(accuracyFall: bound)) == .acceptable)
        #expect(verdict(risen, accuracy: accuracy, Limits(accuracyFall: bound.nextDown)) == .notMet)
        // Both must hold where both are given.
        #expect(verdict(risen, accuracy: accuracy, Limits(lossRise: 0.1, accuracyFall: bound)) == .acceptable)
        #expect(verdict(risen, accuracy: accuracy, Limits(lossRise: 0, accuracyFall: bound)) == .notMet)
        #expect(verdict(risen, Limits(accuracyFall: 0.5)) == .notMet)
    }

    @Test("More right answers are better, unless the loss is against it")
    func moreAnswers() throws {
        let more = try accuracy(broken: 2, mended: 30)
        #expect(more.fallUpperBound95 < 0)
        #expect(verdict(try loss([-0.5, 0.4, -0.1, 0.1]), accuracy: more) == .better)
        #expect(verdict(try loss([-0.3, 0.4, -0.1, 0.1]), accuracy: more) == .notMet)
    }
}
