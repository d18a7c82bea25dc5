package import LowRank

/// What the ranks of a layer cost, and in which form each is stored.
package struct LayerCosts: Sendable {
    package let shape: LayerShape
    /// By rank, 0 to full; infinite for ranks that must not be chosen.
    package let byRank: RankCosts
    /// By rank; nil for ranks that must not be chosen, and for the dense layer.
    private let forms: [StorageForm?]
    /// nil where the layer was not timed.
    private let times: LayerTimes?
    /// nil where they are not known, or do not count.
    private let operations: LayerOperations?
    private let currency: CostCurrency

    /// A factored layer must take less than this share of the dense one's time to count as no slower: a stopwatch is not exact.
    private static let margin = 0.97

    /// - Parameters:
    ///   - storable: the forms that the model's operators allow.
    ///   - times: nil where the layer could not be timed, or time does not count.
    ///   - operations: nil where they are not known, or do not count.
    package init(
        _ shape: LayerShape, storable: [StorageForm], currency: CostCurrency, times: LayerTimes? = nil, operations: LayerOperations? = nil
    ) {
        let forms = (0...shape.fullRank).map { rank in
            rank == shape.fullRank || rank == 0
                ? nil : LayerCosts.form(shape, among: storable, rank: rank, currency: currency, times: times, operations: operations)
        }
        byRank = forms.enumerated().map { rank, form in
            let isDense = rank == shape.fullRank
            guard isDense || form != nil else { return .infinity }
            switch currency {
            case .parameters, .parametersIfNotSlower:
                return Double(form.map { shape.parameters(rank: rank, form: $0) } ?? shape.parameters)
            case .operations:
                return (isDense ? operations?.dense : operations?.count(rank: rank, form: .factors)).map(Double.init)
                    ?? (isDense ? 0 : .infinity)
            case .milliseconds:
                return form.map { times?.time(rank: rank, form: $0) ?? .infinity } ?? times?.dense ?? 0
            case .parametersAndTime(let parameters, let milliseconds):
                guard let form else { return Double(shape.parameters) / parameters + (times?.dense ?? 0) / milliseconds }
                return LayerCosts.share(shape, rank: rank, form: form, times, ofParameters: parameters, ofMilliseconds: milliseconds)
            }
        }
        self.shape = shape
        self.forms = forms
        self.times = times
        self.operations = operations
        self.currency = currency
    }

    /// Of a whole model's parameters and milliseconds.
    private static func share(
        _ shape: LayerShape, rank: Int, form: StorageForm, _ times: LayerTimes?, ofParameters parameters: Double,
        ofMilliseconds milliseconds: Double
    ) -> Double {
        Double(shape.parameters(rank: rank, form: form)) / parameters
            + (times?.time(rank: rank, form: form) ?? .infinity) / milliseconds
    }

    /// The best form at a rank: of those that save parameters, and where time counts are no slower than the dense layer, the smallest, the
    /// fastest, or the best by both.
    private static func form(
        _ shape: LayerShape, among forms: [StorageForm], rank: Int, currency: CostCurrency, times: LayerTimes?, operations: LayerOperations?
    ) -> StorageForm? {
        let saving = forms.filter { shape.parameters(rank: rank, form: $0) < shape.parameters }
        guard currency != .parameters else {
            return saving.min { shape.parameters(rank: rank, form: $0) < shape.parameters(rank: rank, form: $1) }
        }
        if currency == .operations {
            // Time follows arithmetic where hidden values fill vectors and nothing is gathered or put together.
            guard let operations, VectorLength.isFilled(rank: rank), saving.contains(.factors),
                let own = operations.count(rank: rank, form: .factors),
                own < operations.dense
            else { return nil }
            return .factors
        }
        // Where time counts, no rank is worth a slower kernel.
        guard let times, VectorLength.isFilled(rank: rank) else { return nil }
        let timed = saving.compactMap { form in times.time(rank: rank, form: form).map { (form: form, time: $0) } }
            .filter { $0.time <= margin * times.dense }
        func price(_ timed: (form: StorageForm, time: Double)) -> Double {
            switch currency {
            case .milliseconds: timed.time
            case .parametersAndTime(let parameters, let milliseconds):
                share(shape, rank: rank, form: timed.form, times, ofParameters: parameters, ofMilliseconds: milliseconds)
            case .parameters, .parametersIfNotSlower, .operations: Double(shape.parameters(rank: rank, form: timed.form))
            }
        }
        return timed.min { price($0) < price($1) }?.form
    }

    /// What the dense layer costs.
    package var dense: Double { byRank.last ?? 0 }

    /// The cheapest rank.
    package var cheapestRank: Int { byRank.indices.min { byRank[$0] < byRank[$1] } ?? 0 }

    /// The form that the layer is stored in at a rank.
    package func form(rank: Int) -> StorageForm { forms.indices.contains(rank) ? forms[rank] ?? .factors : .factors }

    /// The elements that the layer takes at a rank.
    func parameters(rank: Int) -> Int {
        rank < shape.fullRank ? shape.parameters(rank: rank, form: form(rank: rank)) : shape.parameters
    }

    /// The multiply-accumulates that the layer takes at a rank; nil where they are not known, or do not count.
    func operations(rank: Int) -> Int? {
        rank < shape.fullRank ? operations?.count(rank: rank, form: form(rank: rank)) : operations?.dense
    }

    /// The milliseconds that the layer takes at a rank by itself; nil where it was not timed there.
    func milliseconds(rank: Int) -> Double? {
        rank < shape.fullRank ? times?.time(rank: rank, form: form(rank: rank)) : times?.dense
    }

    /// Milliseconds of the layer by itself, dense and at a rank in a form; nil where it was not timed there.
    ///
    /// - Parameter form: nil for the dense layer.
    package func latency(rank: Int, form: StorageForm?) -> (before: Double, after: Double)? {
        guard let times else { return nil }
        guard let form else { return (times.dense, times.dense) }
        return times.time(rank: rank, form: form).map { (times.dense, $0) }
    }

    /// Why there is no rank to choose.
    package enum Obstacle: Sendable, Hashable {
        /// No rank stores fewer parameters.
        case savesNothing
        /// Multiply-accumulates count, and are not known or not fewer.
        case noFewerOperations
        /// Time counts, and the layer could not be timed by itself.
        case notTimed
        /// No rank stores fewer parameters and is faster.
        case notFaster
    }

    /// nil where there is a rank to choose.
    package var obstacle: Obstacle? {
        guard byRank.dropLast().allSatisfy({ !$0.isFinite }) else { return nil }
        guard currency != .parameters else { return .savesNothing }
        guard currency != .operations else { return .noFewerOperations }
        return times == nil ? .notTimed : .notFaster
    }
}
