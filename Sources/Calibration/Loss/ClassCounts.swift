/// How often a class is answered, is right, and both.
struct ClassCounts: Sendable, Hashable {
    /// Answered and right.
    private(set) var hits = 0
    /// Among the answers and among what is right.
    private(set) var occurrences = 0

    /// 2 TP / (2 TP + FP + FN); 0 for a class that does not occur.
    var f1: Double { occurrences == 0 ? 0 : Double(2 * hits) / Double(occurrences) }

    /// Of the classes that occur.
    static func byClass(_ samples: SampleLosses) -> [Double: ClassCounts] {
        var counts: [Double: ClassCounts] = [:]
        for (prediction, target) in zip(samples.predictions, samples.targets) {
            if prediction == target { counts[target, default: ClassCounts()].hits += 1 }
            counts[prediction, default: ClassCounts()].occurrences += 1
            counts[target, default: ClassCounts()].occurrences += 1
        }
        return counts
    }
}
