import Foundation
import Testing

@testable import JointRank

@Suite("How long two models take beside each other")
struct LatencyComparisonTests {
    @Test("The ratio is the median of the pairs', whatever happened to both of some")
    func pairs() {
        let comparison = LatencyComparison(
            before: [10, 10, 100, 10, 10], after: [5, 5, 50, 5, 90], arePairs: true, clock: .processor)
        #expect(comparison.before == 10 && comparison.after == 5 && comparison.ratio == 0.5 && comparison.relativeError == 0)
    }

    @Test("Its error is that of a median, and what is far off hardly counts", arguments: [false, true])
    func error(disturbed: Bool) {
        // A ratio of 1/2, spread evenly by a tenth of it: a median absolute deviation of 0.025.
        var ratios = (0..<400).map { 0.45 + 0.1 * (Double($0) + 0.5) / 400 }
        if disturbed { ratios += [40, 50, 60] }
        let comparison = LatencyComparison(before: ratios.map { _ in 8 }, after: ratios.map { 8 * $0 }, arePairs: true, clock: .wall)
        let expected = (Double.pi / 2).squareRoot() * 1.4826 * 0.025 / 400.0.squareRoot() / 0.5
        #expect(abs(comparison.ratio - 0.5) < 0.001)
        #expect(abs(comparison.relativeError / expected - 1) < 0.03)
    }

    @Test("Of models that ran one after the other, it is the ratio of the medians, with the errors of both")
    func apart() {
        let comparison = LatencyComparison(before: [9, 10, 11], after: [5, 5, 5, 5], arePairs: false, clock: .wall)
        let expected = (Double.pi / 2).squareRoot() * 1.4826 / 3.0.squareRoot() / 10
        #expect(comparison.ratio == 0.5 && abs(comparison.relativeError - expected) < 1e-12)
    }

    @Test("A clock that is too coarse for the runs tells nothing, in numbers that a report can hold", arguments: [true, false])
    func coarse(arePairs: Bool) {
        for (before, after) in [([0.0, 0, 0], [0.0, 0, 0]), ([0, 0, 10], [1, 1, 1]), ([1, 1, 1], [0, 0, 10])] {
            let comparison = LatencyComparison(before: before, after: after, arePairs: arePairs, clock: .processor)
            #expect(comparison.ratio == 1 && comparison.relativeError == 1)
        }
        let single = LatencyComparison(before: [0, 10, 10], after: [5, 5, 5], arePairs: true, clock: .processor)
        #expect(single.ratio == 0.5)
    }

    @Test("One thread is timed by what the processor gave to it: waiting counts on the wall alone")
    func clocks() {
        #expect(RunClock(threads: 1) == .processor && RunClock(threads: 2) == .wall)
        #expect(RunClock.processor.milliseconds { Thread.sleep(forTimeInterval: 0.05) } < 25)
        #expect(RunClock.wall.milliseconds { Thread.sleep(forTimeInterval: 0.05) } >= 50)
        var sum = 0.0
        let worked = RunClock.processor.milliseconds { for number in 0..<200_000 { sum += Double(number).squareRoot() } }
        #expect(worked > 0 && sum > 0)
    }
}
