extension Dataset {
    /// Disjoint random parts of given sizes. Within a part, samples keep their order, so that they are read in one go.
    ///
    /// The same data, counts and seed give the same parts everywhere.
    ///
    /// - Throws: ``DatasetError/badSetting(_:)`` where a part is empty or there are not enough samples.
    package func split(counts: [Int], seed: UInt64) throws(DatasetError) -> [Dataset] {
        var rest = sampleCount
        for count in counts {
            guard count > 0 else {
                throw .badSetting("a part of \(count) samples is impossible; there are \(sampleCount) samples to split")
            }
            guard count <= rest else {
                throw .badSetting(
                    "parts of \(counts.map(String.init).joined(separator: ", ")) samples do not fit into \(sampleCount) samples")
            }
            rest -= count
        }
        var generator = SplitMix64(seed: seed)
        var permutation = generator.permutation(of: sampleCount)[...]
        var parts: [Dataset] = []
        for count in counts {
            parts.append(try subset(permutation.prefix(count).sorted()))
            permutation = permutation.dropFirst(count)
        }
        return parts
    }

    /// Disjoint random parts of given shares of all samples, each share between 0 and 1, together at most 1.
    ///
    /// Part k ends at the rounded sum of the first k shares, so that shares that add up to 1 use every sample.
    ///
    /// - Throws: ``DatasetError/badSetting(_:)`` for impossible shares or one that comes to no sample.
    package func split(fractions: [Double], seed: UInt64) throws(DatasetError) -> [Dataset] {
        var sum = 0.0
        var counts: [Int] = []
        for fraction in fractions {
            guard fraction > 0, fraction <= 1 else {
                throw .badSetting("\(fraction) is no share of the samples; it must lie between 0 and 1")
            }
            sum += fraction
            // Sums of decimal fractions miss 1 by some units in the last place.
            guard sum <= 1 + 1e-9 else { throw .badSetting("the shares of the samples add up to \(sum), more than 1") }
            counts.append(min(Int((sum * Double(sampleCount)).rounded()), sampleCount) - counts.reduce(0, +))
        }
        return try split(counts: counts, seed: seed)
    }
}
