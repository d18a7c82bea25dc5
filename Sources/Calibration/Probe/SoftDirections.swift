internal import Foundation

/// Output directions that are drawn from softer predictions than the model's own: few samples of a confident network show few of its classes, and
/// softer predictions show more of them.
///
/// Such directions are larger than those of the model's own predictions p, whose mean square is 1 - |p|². What they have in all is put right when
/// all samples have been seen.
struct SoftDirections {
    /// Of the predictions by which a divergence is probed.
    static let temperature = 4.0

    /// Sums of 1 - |p|² over the answers, at temperature 1 and as directions are drawn.
    private var (own, soft) = (0.0, 0.0)

    /// - Parameter probabilities: of the classes, answer after answer; answers of zeros do not count.
    mutating func add(_ probabilities: ArraySlice<Double>, classes: Int) {
        for start in stride(from: probabilities.startIndex, to: probabilities.endIndex, by: classes) {
            let row = probabilities[start..<(start + classes)]
            let total = row.reduce(0, +)
            guard total > 0 else { continue }
            let roots = row.map { pow($0 / total, 1 / SoftDirections.temperature) }
            let sum = roots.reduce(0, +)
            own += 1 - row.reduce(0) { $0 + ($1 / total) * ($1 / total) }
            soft += 1 - roots.reduce(0) { $0 + ($1 / sum) * ($1 / sum) }
        }
    }

    /// Adds the answers of another batch.
    mutating func add(_ other: SoftDirections) {
        own += other.own
        soft += other.soft
    }

    /// By which derivatives in these directions are to be multiplied.
    var scale: Float { own > 0 && soft > 0 ? Float((own / soft).squareRoot()) : 1 }
}
