internal import Foundation

/// How far a share of right answers may have fallen, where each sample is one answer.
///
/// Of n samples, b are right before and wrong after, c the other way round: a trinomial count, with chances p and q. The fall is
/// delta = p - q; what stands in the way is the chance psi = p + q of any change. The bound inverts the test that rejects a fall of delta where
/// b - c is too low for it, P(B - C <= b - c) <= 4.5 %, at every psi up to the upper Clopper-Pearson bound of (b + c) / n at 99.5 %. By Berger
/// and Boos, "P Values Maximized over a Confidence Set for the Nuisance Parameter", 1994 (JASA 89:1012), the two errors add up to at most
/// 5 %, however few samples changed: no normal approximation is made. At no change at all it is 4.0 / n, where one rare event would have 3.0 / n.
package enum ExactFall {
    private static let error = 0.05
    /// Of the chance that a sample changes.
    private static let nuisanceError = 0.005

    /// - Parameters:
    ///   - broken: samples that are right before and wrong after.
    ///   - mended: those that are wrong before and right after.
    ///   - samples: all of them.
    /// - Returns: the upper bound of the fall at 95 %; below 0 where the share has surely risen; 1 without samples.
    package static func upperBound95(broken: Int, mended: Int, samples: Int) -> Double {
        guard samples > 0, broken < samples else { return 1 }
        let highest = BinomialDistribution.upperBound(successes: broken + mended, trials: samples, error: nuisanceError)
        let net = broken - mended
        // What is rejected at psi = delta = highest is so by the bound of psi already.
        var (kept, rejected) = (Double(net) / Double(samples), highest)
        for _ in 0..<24 {
            let fall = (kept + rejected) / 2
            if isPossible(fall, net: net, samples: samples, highest: highest) { kept = fall } else { rejected = fall }
        }
        return rejected
    }

    /// Whether some chance of a change makes so low a net count likely enough.
    private static func isPossible(_ fall: Double, net: Int, samples: Int, highest: Double) -> Bool {
        let lowest = min(abs(fall), highest)
        // The largest value is mostly at the highest chance.
        return (0...chances).contains { number in
            let change = highest - (highest - lowest) * Double(number) / Double(chances)
            return tail(net, fall: fall, change: change, samples: samples) > error - nuisanceError
        }
    }

    /// Steps from the highest chance of a change to the lowest.
    private static let chances = 16

    /// P(B - C <= net): given that D samples change, B is binomial.
    private static func tail(_ net: Int, fall: Double, change: Double, samples: Int) -> Double {
        guard change > 0 else { return net >= 0 ? 1 : 0 }
        let broken = min(max((change + fall) / (2 * change), 0), 1)
        let mean = Double(samples) * change
        let reach = 8 * (mean * (1 - change)).squareRoot() + 30
        let counts = max(0, Int(mean - reach))...min(samples, Int(mean + reach))
        return counts.reduce(0) { sum, changed in
            // 2 B - D <= net; rounded down, also below 0.
            let most = (net + changed) >> 1
            guard most >= 0 else { return sum }
            let chance = BinomialDistribution.density(changed, trials: samples, probability: change)
            return sum + chance * BinomialDistribution.cumulative(most, trials: changed, probability: broken)
        }
    }
}
