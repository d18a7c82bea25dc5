/// The costs that a walk makes a stop at, on its way down.
package struct Ladder {
    /// Descending.
    private let limits: [Double]
    private let wanted: (([FactoredLayer]) throws -> Wanted)?

    /// What is still wanted of a walk that has arrived with some layers.
    package enum Wanted: Sendable, Hashable {
        case nothing
        /// That costs fall to about this.
        case cost(Double)
        /// That costs fall, nobody knows how far.
        case less
    }

    /// What a walk keeps of its cost at most where it can only guess how far to go.
    private static let smallestStep = 0.995

    /// - Parameters:
    ///   - limits: descending.
    ///   - wanted: tells where the walk ends, if that is not at the last limit.
    package init(_ limits: [Double], wanted: (([FactoredLayer]) throws -> Wanted)? = nil) {
        self.limits = limits
        self.wanted = wanted
    }

    /// The next stop; nil where the walk ends.
    func limit(below layers: [FactoredLayer]) throws -> Double? {
        let cost = layers.cost
        guard let next = limits.first(where: { $0 < cost }) else { return nil }
        switch try wanted?(layers) {
        case nil, .less: return next
        case .nothing: return nil
        case .cost(let wanted): return max(next, min(wanted, Ladder.smallestStep * cost))
        }
    }

    /// The lowest stop that a cost keeps within; nil where it keeps within none, or where stops depend on layers.
    func lowestLimit(keptAt cost: Double) -> Double? { wanted == nil ? limits.last { cost <= $0 } : nil }

    /// Whether nothing more is wanted of layers.
    func isContent(with layers: [FactoredLayer]) throws -> Bool { try wanted.map { try $0(layers) == .nothing } ?? true }
}
