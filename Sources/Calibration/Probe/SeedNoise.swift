internal import Datasets
internal import Foundation

/// Standard normal numbers that depend on the seed and the sample alone, so that neither batch size nor order changes them.
struct SeedNoise {
    let seed: UInt64

    /// `count` numbers for one sample.
    func values(sample: Int, count: Int) -> [Float] {
        // The generator steps by a constant: seeds that differ by multiples of it would give the same numbers, shifted. Its output is a hash.
        var streams = SplitMix64(seed: seed)
        var own = SplitMix64(seed: streams.next() ^ UInt64(truncatingIfNeeded: sample))
        var generator = SplitMix64(seed: own.next())
        var result: [Float] = []
        result.reserveCapacity(count + 1)
        while result.count < count {
            // Box-Muller: two uniform numbers make two normal ones.
            let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
            let angle = 2 * Double.pi * Double.random(in: 0..<1, using: &generator)
            result.append(Float(radius * cos(angle)))
            result.append(Float(radius * sin(angle)))
        }
        return Array(result.prefix(count))
    }
}
