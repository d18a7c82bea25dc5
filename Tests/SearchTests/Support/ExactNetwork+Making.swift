import LinearAlgebra
import LowRank
import Search

extension ExactNetwork {
    /// What a square layer's gates are to be for a sample: its derivatives by component.
    struct Gates {
        let fisher: [Double]
        let first: [Double]

        /// - Parameter first: nil for zeros.
        init(_ fisher: [Double], first: [Double]? = nil) {
            self.fisher = fisher
            self.first = first ?? fisher.map { _ in 0 }
        }
    }

    /// A network of square layers with the given gates, each component of which is an element of a diagonal matrix: 1, 1/2, 1/4, ... As
    /// these differ, the components stay what they are in the plain basis; as they are powers of two, gates of few bits are exact.
    ///
    /// Layers are stored in the pivoted form, in which every rank r saves: n² - r (2 n - r) = (n - r)².
    ///
    /// - Parameters:
    ///   - fit: by sample and layer.
    ///   - select: likewise; nil for the fit samples.
    static func gated(_ fit: [[Gates]], select: [[Gates]]? = nil) throws -> ExactNetwork {
        let layers = try fit[0].enumerated().map { index, gates in
            let size = gates.fisher.count
            let shape = LayerShape(name: "layer\(index)", rows: size, columns: size)
            let weight = Matrix(diagonal: (0..<size).map { 1 / Double(1 << $0) })
            return try FactoredLayer(
                shape, pairs: [FactorPair(whole: weight)], costs: LayerCosts(shape, storable: [.pivoted], currency: .parameters),
                storage: .double)
        }
        func views(_ samples: [[Gates]]) -> [[View]] {
            samples.map { sample in
                sample.map { gates in
                    func scaled(_ values: [Double]) -> [Double] { values.enumerated().map { $1 * Double(1 << $0) } }
                    return View(input: gates.fisher.map { _ in 1 }, curve: scaled(gates.fisher), slope: scaled(gates.first))
                }
            }
        }
        return try ExactNetwork(layers, fit: views(fit), select: select.map(views))
    }

    /// A network of one layer each sample of which sees one component alone: what components cost adds up.
    ///
    /// - Parameter curvatures: what the mean loss rises by when a component goes, by component; in descending order.
    static func additive(_ curvatures: [Double]) throws -> ExactNetwork {
        let count = Double(curvatures.count)
        return try gated(
            curvatures.indices.map { sample in
                [Gates(curvatures.enumerated().map { $0 == sample ? (2 * count * $1).squareRoot() : 0 })]
            })
    }

    /// A network of pseudo-random layers of different shapes.
    ///
    /// - Parameter change: how far the losses go from the original's, about.
    static func arbitrary(seed: UInt64, samples: Int = 24, change: Double = 0.1) throws -> ExactNetwork {
        var numbers = CongruentialNumbers(state: seed)
        let shapes = [(6, 8), (8, 8), (9, 5)].enumerated().map { LayerShape(name: "layer\($0)", rows: $1.0, columns: $1.1) }
        let layers = try shapes.map { shape in
            let weight = try Matrix(rows: shape.rows, columns: shape.columns, elements: numbers.next(shape.rows * shape.columns))
            return try FactoredLayer(
                shape, pairs: [FactorPair(whole: weight)], costs: LayerCosts(shape, storable: StorageForm.allCases, currency: .parameters),
                storage: .double)
        }
        let views = (0..<samples).map { _ in
            shapes.map { shape in
                View(
                    input: numbers.next(shape.columns), curve: numbers.next(shape.rows).map { $0 * change },
                    slope: numbers.next(shape.rows).map { $0 * change * 0.1 })
            }
        }
        return try ExactNetwork(layers, fit: views)
    }

    /// The moments at which gates were asked for.
    var moments: [GateMoment] {
        questions.compactMap { if case .gates(_, let moment) = $0 { moment } else { nil } }
    }

    /// The ranks whose losses were asked for.
    var measured: [[Int]] {
        questions.compactMap { if case .losses(let ranks) = $0 { ranks } else { nil } }
    }

    /// The points of a walk of the joint method.
    func walked(
        downTo limits: [Double], basis: Basis = .plain, pieces: JointPieces = JointPieces()
    ) throws -> [(point: FrontierPoint, arrives: Bool)] {
        var points: [(FrontierPoint, Bool)] = []
        try StagedSearch(self, basis: basis, pieces: pieces).walk(from: layers, down: Ladder(limits)) { point, limit in
            points.append((point, limit != nil))
            return true
        }
        return points
    }
}

extension JointPieces {
    /// All but those that are switched off.
    static func without(_ pieces: WritableKeyPath<JointPieces, Bool>...) -> JointPieces {
        pieces.reduce(into: JointPieces()) { $0[keyPath: $1] = false }
    }
}
