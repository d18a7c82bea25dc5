package import Tensors
internal import Foundation

/// Pseudo-random tensors, the same on every machine.
///
/// Generator: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
package struct RandomTensors: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Normal numbers of mean zero (Box-Muller).
    package mutating func normal(_ shape: [Int], deviation: Double = 1) throws -> Tensor {
        try Tensor(shape: shape, normalNumbers(shape.reduce(1, *)).map { Float(deviation * $0) })
    }

    /// A weight whose `shape[0]` rows make a matrix of the given rank, plus normal noise.
    ///
    /// - Parameter noise: its deviation, in units of that of the low-rank part's entries, 1 / sqrt(columns).
    package mutating func nearlyLowRank(_ shape: [Int], rank: Int, noise: Double) throws -> Tensor {
        let columns = shape.dropFirst().reduce(1, *)
        let left = normalNumbers(shape[0] * rank)
        let right = normalNumbers(rank * columns)
        let additions = normalNumbers(shape[0] * columns)
        let scale = 1 / Double(rank * columns).squareRoot()
        let elements = (0..<shape[0] * columns).map { position -> Float in
            let (row, column) = position.quotientAndRemainder(dividingBy: columns)
            let product = (0..<rank).reduce(0) { $0 + left[row * rank + $1] * right[$1 * columns + column] }
            return Float(scale * product + noise / Double(columns).squareRoot() * additions[position])
        }
        return try Tensor(shape: shape, elements)
    }

    private mutating func normalNumbers(_ count: Int) -> [Double] {
        (0..<count).map { _ in
            let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &self))).squareRoot()
            return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
        }
    }
}
