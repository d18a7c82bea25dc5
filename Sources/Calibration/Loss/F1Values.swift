/// F1 = 2 TP / (P + T), sample by sample, where P entries are answered with a class, T are of it, and TP are both.
///
/// The original's numbers are F1 plus its influence function, (2 tp - F1 (p + t)) / (P + T) for each entry. A changed model's differ from them by
/// (2 Δtp - F1 Δp) / (P' + T), which is 0 where the answer is the same; the mean of these differences is that of the two F1, exactly. Of several
/// classes it is the mean of theirs. A class that only the changed model answers with does not count: its F1 is 0 either way, and a mean over one
/// class more would change the number of every sample.
struct F1Values {
    /// One number for each sample.
    let samples: [Double]

    /// - Parameters:
    ///   - changed: may be the original itself.
    ///   - classes: nil for all that occur in what is right or in the original's answers.
    init(of changed: SampleLosses, against original: SampleLosses, classes: Set<Double>? = nil) {
        let (before, after) = (ClassCounts.byClass(original), ClassCounts.byClass(changed))
        let classes = classes ?? Set(before.keys)
        let scores = before.mapValues(\.f1)
        let mean = classes.sorted().reduce(0) { $0 + (scores[$1] ?? 0) } / Double(max(classes.count, 1))
        // Each entry counts the same, however many a sample has.
        let scale = Double(original.counts.count) / Double(max(classes.count, 1))

        /// What an answer adds to a class's 2 TP - F1 P, as a share of its occurrences.
        func share(_ prediction: Double, _ target: Double, of counts: [Double: ClassCounts]) -> Double {
            guard classes.contains(prediction), let own = counts[prediction], own.occurrences > 0 else { return 0 }
            return ((prediction == target ? 2 : 0) - (scores[prediction] ?? 0)) / Double(own.occurrences)
        }
        var entry = 0
        samples = original.counts.map { count in
            var sum = 0.0
            for index in entry..<(entry + count) {
                let (old, new, target) = (original.predictions[index], changed.predictions[index], original.targets[index])
                sum += share(old, target, of: before)
                if classes.contains(target), let own = before[target] { sum -= own.f1 / Double(own.occurrences) }
                if new != old { sum += share(new, target, of: after) - share(old, target, of: after) }
            }
            entry += count
            return mean + scale * sum
        }
    }
}
