internal import Foundation

enum StudentDistribution {
    /// Of any number of degrees of freedom that is large.
    static let normalQuantile98 = 2.0537489106318225

    /// The 0.98 quantile, by the expansion around the normal quantile in Abramowitz and Stegun 26.7.5; its error is below
    /// 0.05 for three degrees of freedom, below 0.005 from five on. One and two degrees are exact.
    static func quantile98(degreesOfFreedom: Int) -> Double {
        let n = Double(degreesOfFreedom)
        switch degreesOfFreedom {
        case ...1: return 15.894544843865303
        case 2: return 4.848732214442601
        default:
            let z = normalQuantile98
            let z3 = z * z * z
            let z5 = z3 * z * z
            let z7 = z5 * z * z
            return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
                + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n)
        }
    }
}
