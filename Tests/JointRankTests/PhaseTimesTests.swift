import GraphRewriting
import LowRank
import Search
import Testing

@testable import JointRank

/// Put together from units that are given, so that no stopwatch is asked.
@Suite("Work that estimates count")
struct PhaseTimesTests {
    private let units = UnitCosts(samples: 64, seconds: 0.016, session: 0.004, cube: 1e-9)

    /// - Parameter shares: the points of a frontier; nil for a run that chooses one.
    private func times(
        factorable: Int = 4, shares: [Double]? = nil, _ change: (inout CompressionOptions) -> Void
    ) throws -> PhaseTimes {
        var options = CompressionOptions(
            model: "model.onnx", calibration: "data.npz", output: "small.onnx", mode: .lossless, optimize: .size, threads: 1)
        change(&options)
        let layers = LayerCatalogue(model: try Networks.convolutional()).layers
        try #require(layers.count == 4)
        let costs = ModelCosts(
            layers.map { LayerCosts($0.shape, storable: [.pivoted], currency: .parameters) }, currency: .parameters,
            totals: ModelTotals(parameters: 3510))
        return PhaseTimes(
            units: units, layers: layers, factorable: factorable, costs: costs, options: options, shares: shares,
            samples: .init(fit: 120, select: 60, certify: 60))
    }

    /// Of the select samples, through an open model.
    private var pass: Double { 60 * units.perSample }

    @Test("A smaller size takes the joint method longer")
    func smallerSizes() throws {
        let near = try times { $0.keepParameters = 0.9 }.plan
        let far = try times { $0.keepParameters = 0.3 }.plan
        #expect(far.most > 2 * near.most)
        #expect(near.least <= near.most && far.least <= far.most)
    }

    @Test("Each point of a frontier is searched and judged")
    func points() throws {
        func frontier(_ shares: [Double], _ method: Method) throws -> PhaseTimes {
            try times(shares: shares) {
                $0.keepParameters = shares.last
                $0.method = method
            }
        }
        for method in [Method.joint, .svd] {
            let one = try frontier([0.6], method)
            let four = try frontier([0.9, 0.8, 0.7, 0.6], method)
            #expect(four.verify.least > 1.5 * one.verify.least)
            // The joint method looks at the layers as often for one point as for those on the way.
            #expect(four.plan.least > (method == .joint ? 1 : 1.5) * one.plan.least)
        }
        let one = try frontier([0.6], .svd).plan.least
        let candidate = one - pass
        #expect(abs(try frontier([0.9, 0.8, 0.7, 0.6], .svd).plan.least - (one + 3 * candidate)) <= 1e-12)
        // A point that cannot be reached takes no time.
        #expect(abs(try frontier([0.0001], .svd).plan.most - pass) <= 1e-12)
    }

    @Test("The original and each layer are measured once more where layers are, those of prescribed ranks alone where there are any")
    func measuredLayers() throws {
        func plan(_ rank: String, factorable: Int, measures: Bool) throws -> Double {
            try times(factorable: factorable) {
                $0.method = .svd
                $0.forcedRanks = CompressionOptions.ForcedRank(rank).map { [$0] } ?? []
                $0.measuresLayers = measures
            }.plan.least
        }
        // Without a search: the original and the one candidate.
        let plain = try plan("*=1", factorable: 4, measures: false)
        let candidate = plain - pass
        #expect(candidate >= pass)
        #expect(abs(try plan("conv1=1", factorable: 1, measures: true) - (plain + pass + candidate)) <= 1e-12)
        #expect(abs(try plan("*=1", factorable: 4, measures: true) - (plain + pass + 4 * candidate)) <= 1e-12)
    }
}
