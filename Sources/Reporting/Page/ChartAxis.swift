internal import Foundation

/// A linear axis that begins and ends at round numbers: multiples of 1, 2 or 5 times a power of ten.
struct ChartAxis {
    /// Round values, evenly spaced, increasing; at least two.
    let ticks: [Double]
    /// Places after the point that tell the ticks apart.
    let places: Int

    /// The shortest round range around the values, in about `intervals` steps. Values that cannot be drawn are left out; where none are
    /// left, or all are equal, the range is widened.
    init(covering values: [Double], intervals: Int = 5) {
        let drawable = values.filter(ChartAxis.isDrawable)
        var low = drawable.min() ?? 0
        var high = drawable.max() ?? 0
        if high - low < 1e-9 {
            let margin = max(abs(low) * 0.1, 1e-3)
            (low, high) = (low - margin, high + margin)
        }
        let raw = (high - low) / Double(max(intervals, 1))
        var exponent = Int(log10(raw).rounded(.down))
        var mantissa = 1
        let fraction = raw / pow(10, Double(exponent))
        // The tolerance keeps a step that is round already, whatever the last bit of the division says.
        if let round = [1, 2, 5].first(where: { fraction <= Double($0) * (1 + 1e-9) }) { mantissa = round } else { exponent += 1 }
        let (step, power) = (mantissa, pow(10, Double(abs(exponent))))
        let isFraction = exponent < 0
        // Dividing a whole number by a power of ten gives the nearest number to the decimal; adding steps up would not.
        func value(_ index: Int) -> Double { isFraction ? Double(index * step) / power : Double(index * step) * power }
        let first = Int((low / value(1) + 1e-9).rounded(.down))
        let last = Int((high / value(1) - 1e-9).rounded(.up))
        ticks = (first...max(last, first + 1)).map(value)
        places = isFraction ? -exponent : 0
    }

    /// Finite, and not beyond any loss or share.
    static func isDrawable(_ value: Double) -> Bool { abs(value) <= 1e6 }

    /// Where a value lies, 0 at the first tick and 1 at the last.
    func position(of value: Double) -> Double {
        let (low, high) = (ticks.first ?? 0, ticks.last ?? 1)
        return (value - low) / (high - low)
    }
}
