/// The predicted change of the mean loss for every rank of one layer, all other layers left alone.
///
/// Keeping k components removes all j >= k: the loss changes by -mean_i sum_{j>=k} c_ij to first order, and the curvature adds
/// 1/2 mean_i (sum_{j>=k} f_ij)². Every array is indexed by the rank kept, 0 to full.
package struct RankCurve: Sendable {
    package let firstOrder: [Double]
    /// Standard error of `firstOrder` over the samples.
    package let standardError: [Double]
    package let quadratic: [Double]

    package init(_ sensitivities: ComponentSensitivities) {
        let components = sensitivities.componentCount
        let samples = sensitivities.sampleCount
        var sum = [Double](repeating: 0, count: components + 1)
        var sumOfSquares = sum
        var fisherSquares = sum
        for sample in 0..<samples {
            var change = 0.0
            var fisher = 0.0
            for component in (0..<components).reversed() {
                change -= Double(sensitivities.first[sample * components + component])
                fisher += Double(sensitivities.fisher[sample * components + component])
                sum[component] += change
                sumOfSquares[component] += change * change
                fisherSquares[component] += fisher * fisher
            }
        }
        let count = Double(max(samples, 1))
        firstOrder = sum.map { $0 / count }
        quadratic = sensitivities.mixing(tailSquares: fisherSquares.map { $0 / count }).map { $0 / 2 }
        standardError = zip(sum, sumOfSquares).map { sum, squares in
            guard samples > 1 else { return 0 }
            let variance = max(0, squares - sum * sum / count) / (count - 1)
            return (variance / count).squareRoot()
        }
    }

    package var fullRank: Int { firstOrder.count - 1 }

    /// First order plus curvature.
    package func predicted(rank: Int) -> Double { firstOrder[rank] + quadratic[rank] }

    /// The curvature, in nats, beyond which neither term says much about the measured change, however well they balance.
    package static let largestCurvature = 0.03

    /// The perturbation range: where the curvature is small and has not yet overtaken the first-order term.
    package func isInRange(rank: Int) -> Bool {
        quadratic[rank] <= min(abs(firstOrder[rank]), RankCurve.largestCurvature)
    }

    /// The first-order change, shrunk towards zero by the share of it that its standard error can explain
    /// (the positive-part James-Stein factor).
    package func shrunkFirstOrder(rank: Int) -> Double {
        let value = firstOrder[rank]
        guard value != 0 else { return 0 }
        let noise = standardError[rank] / value
        return value * max(0, 1 - noise * noise)
    }
}

extension ComponentSensitivities {
    /// mean_i (sum_{j>=k} f_ij)² by rank k, mixed with what the prior says of it.
    ///
    /// - Parameter squares: as the samples say, by rank kept, 0 to full.
    func mixing(tailSquares squares: [Double]) -> [Double] {
        guard !prior.isEmpty else { return squares }
        var mixed = squares
        var tail = 0.0
        for component in prior.indices.reversed() {
            tail += prior[component]
            mixed[component] = (1 - priorShare) * squares[component] + priorShare * tail
        }
        return mixed
    }
}
