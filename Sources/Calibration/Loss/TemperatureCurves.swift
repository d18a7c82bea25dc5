internal import Foundation

/// How the loss of each sample goes with a temperature that divides its logits, without the logits.
///
/// A network that is over- or underconfident loses less when its logits are merely made softer or sharper, which one number gives for free:
/// the temperature of Guo et al., "On Calibration of Modern Neural Networks", 2017 (arXiv:1706.04599). With z the logits, y the label
/// and beta the inverse temperature, a position's loss is L(beta) = log sum exp(beta z) - beta z[y], convex in beta; its first derivative
/// is the mean of z under the softmax of beta z less z[y], its second the variance. Value and both derivatives are kept at 13
/// temperatures, half an octave from 1/8 to 8; between them the quintic polynomial in log2 T that has all of them stands for the curve. Its
/// error is below 1e-6 of losses of about 1.
package struct TemperatureCurves: Sendable, Hashable {
    /// Knots at inverse temperatures 2^-3, 2^-2.5, ..., 2^3.
    static let knotCount = 13
    private static let first = -3.0
    private static let step = 0.5
    /// Sample after sample, knot after knot: the loss, and its first and second derivative by the position in units of knots.
    private var values: [Double] = []

    package init() {}

    package var count: Int { values.count / TemperatureCurves.stride }
    package var isEmpty: Bool { values.isEmpty }

    private static let stride = 3 * knotCount

    mutating func append(_ other: TemperatureCurves) { values += other.values }

    func prefix(_ count: Int) -> TemperatureCurves {
        var result = TemperatureCurves()
        result.values = Array(values.prefix(count * TemperatureCurves.stride))
        return result
    }

    // MARK: Collecting

    /// The sums over a sample's positions, at inverse temperatures: the loss, and its derivatives by beta.
    struct Sums {
        /// Lanes beyond the knots stay unused.
        typealias Lanes = SIMD16<Double>
        private(set) var losses = Lanes.zero
        private(set) var slopes = Lanes.zero
        private(set) var curvatures = Lanes.zero

        /// - Parameters:
        ///   - logits: of one position, over the classes.
        ///   - highest: the largest of them.
        ///   - target: the logit of the label, or the mean of the logits under the distribution that is wanted.
        ///   - offset: added to the loss at every temperature.
        mutating func add(_ logits: [Double], highest: Double, target: Double, offset: Double = 0) {
            var (sum, first, second) = (Lanes.zero, Lanes.zero, Lanes.zero)
            for logit in logits {
                let distance = TemperatureCurves.distance(logit, highest)
                let weights = TemperatureCurves.powers(distance)
                sum += weights
                let moments = weights * distance
                first += moments
                second += moments * distance
            }
            let wanted = TemperatureCurves.distance(target, highest)
            for knot in 0..<TemperatureCurves.knotCount {
                let mean = first[knot] / sum[knot]
                losses[knot] += log(sum[knot]) - TemperatureCurves.inverseTemperature(knot) * wanted + offset
                slopes[knot] += mean - wanted
                curvatures[knot] += max(0, second[knot] / sum[knot] - mean * mean)
            }
        }
    }

    /// Ends a sample.
    mutating func append(_ sums: Sums, positions: Int) {
        let scale = 1 / Double(max(positions, 1))
        let perKnot = log(2) * TemperatureCurves.step
        values.reserveCapacity(values.count + TemperatureCurves.stride)
        for knot in 0..<TemperatureCurves.knotCount {
            // By the position x in knots: beta = 2^(first + step x), so d/dx = perKnot beta d/dbeta.
            let beta = TemperatureCurves.inverseTemperature(knot) * perKnot
            let slope = beta * sums.slopes[knot]
            values.append(scale * sums.losses[knot])
            values.append(scale * slope)
            values.append(scale * (perKnot * slope + beta * beta * sums.curvatures[knot]))
        }
    }

    /// A logit less the highest one. One that is minus infinity has no weight, and must not make NaN of the moments.
    private static func distance(_ logit: Double, _ highest: Double) -> Double { max(logit - highest, -1e100) }

    /// exp(beta d) at every knot: two exponentials, and squares of them.
    @inline(__always)
    private static func powers(_ distance: Double) -> Sums.Lanes {
        var result = Sums.Lanes.zero
        var even = exp(distance * 0.125)
        var odd = exp(distance * 0.125 * 2.0.squareRoot())
        for octave in 0..<6 {
            result[2 * octave] = even
            result[2 * octave + 1] = odd
            even *= even
            odd *= odd
        }
        result[12] = even
        return result
    }

    private static func inverseTemperature(_ knot: Int) -> Double { exp2(first + step * Double(knot)) }

    // MARK: Reading

    /// Each sample's loss at a temperature between 1/8 and 8.
    package func losses(at temperature: Double) -> [Double] {
        let (segment, weights) = TemperatureCurves.weights(at: TemperatureCurves.position(of: temperature))
        return (0..<count).map { sample in
            let start = sample * TemperatureCurves.stride + 3 * segment
            return weights.indices.reduce(0) { $0 + weights[$1] * values[start + $1] }
        }
    }

    /// The temperature between 1/8 and 8 at which the mean loss of some samples is lowest; 1 where it makes no difference.
    ///
    /// - Parameter isCounted: by the sample's number.
    package func bestTemperature(where isCounted: (_ sample: Int) -> Bool = { _ in true }) -> Double {
        var mean = [Double](repeating: 0, count: TemperatureCurves.stride)
        var counted = 0.0
        for sample in 0..<count where isCounted(sample) {
            for index in mean.indices { mean[index] += values[sample * TemperatureCurves.stride + index] }
            counted += 1
        }
        guard counted > 0, mean.allSatisfy(\.isFinite) else { return 1 }
        let losses = (0..<TemperatureCurves.knotCount).map { mean[3 * $0] / counted }
        guard let lowest = losses.indices.min(by: { losses[$0] < losses[$1] }), let highest = losses.max(),
            highest - losses[lowest] > 1e-12 * max(1, abs(highest))
        else { return 1 }
        func loss(_ position: Double) -> Double {
            let (segment, weights) = TemperatureCurves.weights(at: position)
            return weights.indices.reduce(0) { $0 + weights[$1] * mean[3 * segment + $1] }
        }
        // The mean of convex curves is convex: the lowest point lies beside the lowest knot.
        let position = goldenSection(
            Double(max(lowest - 1, 0)), Double(min(lowest + 1, TemperatureCurves.knotCount - 1)), loss)
        return exp2(-(TemperatureCurves.first + TemperatureCurves.step * position))
    }

    /// Each sample's loss at a temperature that it has no part in: the best one of the other half, samples of even and of odd number.
    package var calibratedLosses: [Double] {
        let halves = [0, 1].map { half in losses(at: bestTemperature { $0 % 2 != half }) }
        return (0..<count).map { halves[$0 % 2][$0] }
    }

    private static func position(of temperature: Double) -> Double {
        min(max((-log2(temperature) - first) / step, 0), Double(knotCount - 1))
    }

    /// The quintic Hermite polynomials: weights of value, slope and curvature at a segment's two knots.
    private static func weights(at position: Double) -> (segment: Int, weights: [Double]) {
        let segment = min(max(Int(position), 0), knotCount - 2)
        let t = position - Double(segment)
        let (t2, t3) = (t * t, t * t * t)
        let (t4, t5) = (t2 * t2, t2 * t3)
        let weights = [
            1 - 10 * t3 + 15 * t4 - 6 * t5, t - 6 * t3 + 8 * t4 - 3 * t5, (t2 - 3 * t3 + 3 * t4 - t5) / 2,
            10 * t3 - 15 * t4 + 6 * t5, -4 * t3 + 7 * t4 - 3 * t5, (t3 - 2 * t4 + t5) / 2,
        ]
        return (segment, weights)
    }
}

/// Where a function with one minimum between two places has it, to about 1e-8 of their distance.
private func goldenSection(_ lower: Double, _ upper: Double, _ value: (Double) -> Double) -> Double {
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (lower, upper)
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atLeft, atRight) = (value(left), value(right))
    for _ in 0..<40 {
        if atLeft <= atRight {
            (high, right, atRight) = (right, left, atLeft)
            left = high - ratio * (high - low)
            atLeft = value(left)
        } else {
            (low, left, atLeft) = (left, right, atRight)
            right = low + ratio * (high - low)
            atRight = value(right)
        }
    }
    return (low + high) / 2
}
