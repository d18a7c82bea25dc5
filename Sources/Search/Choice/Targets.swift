/// How much of a model may be left, as shares of all of it.
package struct Targets: Sendable, Hashable {
    package enum Unit: Sendable, Hashable, CaseIterable {
        case parameters
        /// Multiply-accumulates.
        case operations
        /// Time of the whole model, measured.
        case latency
    }

    /// One unit's share.
    package struct Share: Sendable, Hashable {
        package let unit: Unit
        package let share: Double

        package init(_ unit: Unit, _ share: Double) {
            self.unit = unit
            self.share = share
        }
    }

    /// At most one for each unit.
    package let asked: [Share]

    /// - Parameters: from 0 to 1; nil for no limit.
    package init(parameters: Double? = nil, operations: Double? = nil, latency: Double? = nil) {
        asked = [(Unit.parameters, parameters), (.operations, operations), (.latency, latency)].compactMap { unit, share in
            share.map { Share(unit, $0) }
        }
    }

    package var isEmpty: Bool { asked.isEmpty }

    package subscript(unit: Unit) -> Double? { asked.first { $0.unit == unit }?.share }
}
