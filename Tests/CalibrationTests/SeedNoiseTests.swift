import Testing

@testable import Calibration

@Suite("Noise of the output directions")
struct SeedNoiseTests {
    @Test("The same seed and sample give the same numbers, others do not")
    func deterministic() {
        let noise = SeedNoise(seed: 5)
        #expect(noise.values(sample: 3, count: 7) == SeedNoise(seed: 5).values(sample: 3, count: 7))
        #expect(noise.values(sample: 3, count: 7) != noise.values(sample: 4, count: 7))
        #expect(noise.values(sample: 3, count: 7) != SeedNoise(seed: 6).values(sample: 3, count: 7))
    }

    /// A generator that steps by a constant gives the same numbers again, shifted, for seeds that differ by multiples of it.
    @Test("No pair of numbers comes again, in whatever sample, or under another seed")
    func independentStreams() {
        var pairs: Set<[Float]> = []
        let seeds: [UInt64] = [0, 1, 2, 0x9E37_79B9_7F4A_7C15]
        for seed in seeds {
            for sample in 0..<200 {
                let values = SeedNoise(seed: seed).values(sample: sample, count: 10)
                for start in stride(from: 0, to: 10, by: 2) { pairs.insert([values[start], values[start + 1]]) }
            }
        }
        #expect(pairs.count == seeds.count * 200 * 5)
    }

    @Test("More numbers for a sample begin with the same ones")
    func prefix() {
        let noise = SeedNoise(seed: 1)
        #expect(noise.values(sample: 0, count: 5) == Array(noise.values(sample: 0, count: 12).prefix(5)))
        #expect(noise.values(sample: 0, count: 0).isEmpty)
    }

    @Test("Mean, variance and correlation are those of independent normal numbers, within five standard errors")
    func moments() {
        let samples = 2000
        let classes = 10
        let values = (0..<samples).flatMap { SeedNoise(seed: 0).values(sample: $0, count: classes) }.map(Double.init)
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + $1 * $1 } / count
        // Of the second moment of normal numbers the variance is 2, of a product of two independent ones it is 1.
        #expect(abs(mean) < 5 / count.squareRoot())
        #expect(abs(variance - 1) < 5 * (2 / count).squareRoot())
        for lag in [1, classes] {
            var sum = 0.0
            for index in values.indices.dropLast(lag) { sum += values[index] * values[index + lag] }
            let pairs = Double(values.count - lag)
            #expect(abs(sum) < 5 * pairs.squareRoot())
        }
        #expect(values.allSatisfy { $0.isFinite })
    }

    @Test("Neighbouring samples draw unrelated numbers, not shifted ones")
    func unrelated() {
        let values = (0..<20).map { SeedNoise(seed: 0).values(sample: $0, count: 40) }
        for shift in 0..<20 {
            let pairs = (1..<20).flatMap { sample in zip(values[sample], values[sample - 1].dropFirst(shift)).map { Double($0 * $1) } }
            // About 400 to 760 products of independent normal numbers: a mean within five standard errors of 0.
            #expect(abs(pairs.reduce(0, +) / Double(pairs.count)) <= 5 / Double(pairs.count).squareRoot())
        }
    }
}
