internal import Foundation

/// Standard normal numbers that depend on the seed and the sample alone, so that neither batch size nor order changes them.
struct SeedNoise {
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
    }

    /// `count` numbers for one sample.
    func values(sample: Int, count: Int) -> [Float] {
        var generator = SplitMix64(state: seed &+ UInt64(truncatingIfNeeded: sample) &* 0x9E37_79B9_7F4A_7C15)
        var result: [Float] = []
        result.reserveCapacity(count + 1)
        while result.count < count {
            // Box-Muller: two uniform numbers make two normal ones.
            let radius = (-2 * log(1 - generator.uniform())).squareRoot()
            let angle = 2 * Double.pi * generator.uniform()
            result.append(Float(radius * cos(angle)))
            result.append(Float(radius * sin(angle)))
        }
        return Array(result.prefix(count))
    }
}

/// The generator of Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// In [0, 1).
    mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }
}
