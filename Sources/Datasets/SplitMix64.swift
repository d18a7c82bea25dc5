/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014), so that a seed means the same
/// samples on every platform and with every version of Swift. Not for secrets.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// The numbers 0 ..< count in random order, by Fisher and Yates. The standard library's `shuffle` does not promise to
    /// keep its algorithm. The bias of taking the high half of a product is below count / 2^64.
    package mutating func permutation(of count: Int) -> [Int] {
        var permutation = Array(0..<count)
        for index in stride(from: count - 1, to: 0, by: -1) {
            let other = Int(next().multipliedFullWidth(by: UInt64(index + 1)).high)
            permutation.swapAt(index, other)
        }
        return permutation
    }
}
