internal import Foundation

/// Exact but for rounding, about 1e-9 of a probability for a million trials.
enum BinomialDistribution {
    static func density(_ successes: Int, trials: Int, probability: Double) -> Double {
        guard (0...trials).contains(successes) else { return 0 }
        guard probability > 0 else { return successes == 0 ? 1 : 0 }
        guard probability < 1 else { return successes == trials ? 1 : 0 }
        let (k, n) = (Double(successes), Double(trials))
        let arrangements = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
        return exp(arrangements + k * log(probability) + (n - k) * log1p(-probability))
    }

    /// The probability of at most so many successes.
    static func cumulative(_ successes: Int, trials: Int, probability: Double) -> Double {
        guard successes < trials else { return 1 }
        guard successes >= 0 else { return 0 }
        guard probability > 0 else { return 1 }
        guard probability < 1 else { return 0 }
        // From the end away from the mean, where terms only fall.
        return Double(successes) < Double(trials) * probability
            ? lowerSum(successes, trials, probability) : 1 - lowerSum(trials - successes - 1, trials, 1 - probability)
    }

    /// The sum of the densities from 0 to a count below the mean, from its end.
    private static func lowerSum(_ successes: Int, _ trials: Int, _ probability: Double) -> Double {
        var term = density(successes, trials: trials, probability: probability)
        var sum = term
        let odds = (1 - probability) / probability
        var count = successes
        while count > 0, term > 1e-17 * sum {
            term *= Double(count) / Double(trials - count + 1) * odds
            sum += term
            count -= 1
        }
        return sum
    }

    /// The one-sided upper bound of a probability by Clopper and Pearson, 1934: the one at which so few successes have the probability `error`.
    static func upperBound(successes: Int, trials: Int, error: Double) -> Double {
        guard successes < trials else { return 1 }
        var (low, high) = (Double(successes) / Double(trials), 1.0)
        for _ in 0..<50 {
            let middle = (low + high) / 2
            if cumulative(successes, trials: trials, probability: middle) > error { low = middle } else { high = middle }
        }
        return high
    }

    private static func logGamma(_ value: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(value, &sign)
    }
}
