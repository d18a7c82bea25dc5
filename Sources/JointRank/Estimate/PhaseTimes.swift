internal import Calibration
internal import Foundation
internal import GraphRewriting
internal import LowRank
internal import Reporting
internal import Search

/// What the phases of a run take, put together from what their parts take.
struct PhaseTimes {
    let units: UnitCosts
    let layers: [Layer]
    /// How many of these may be factored: those whose ranks are forced, where any are.
    let factorable: Int
    let costs: ModelCosts
    let options: CompressionOptions
    /// Of the parameters, that a frontier keeps at its points, descending; nil where a run chooses one point.
    let shares: [Double]?
    let samples: CompressionReport.Samples

    /// What differs from network to network, and is known only afterwards; fitted to runs of several.
    private struct Pace {
        /// A sweep with gradients over samples, in passes without over the same samples: transformers take few, small convolutions many.
        let statistics: Double
        let gates: Double
        /// Of its cost, what a stage of the joint method keeps: less where predictions hold further.
        let stageShare: Double
        /// That a stage of the joint method measures.
        let candidates: Double
        /// Of the point that is chosen.
        let refinements: Double
        /// Points after which a walk without a size to reach ends at the earliest.
        let points: Double
        /// Of the layers, how many a search factors in the end.
        let factoredShare: Double
        /// Whether layers are timed, and no earlier run is remembered.
        let timesLayers: Bool

        static let best = Pace(
            statistics: 3, gates: 3.5, stageShare: 0.8, candidates: 5, refinements: 2, points: 2, factoredShare: 0.5, timesLayers: false)
        static let worst = Pace(
            statistics: 7, gates: 7.5, stageShare: 0.92, candidates: 7, refinements: 6, points: .infinity, factoredShare: 1,
            timesLayers: true)
    }

    /// A probe opens the model to learn what its values are, and is larger itself.
    private static let openingsOfProbe = 4.0
    /// A candidate is rewritten and opened.
    private static let openingsOfCandidate = 1.5
    /// Seconds to time one form of a layer with.
    private static let timing = 0.06
    /// Seconds to time the original beside the result with, and beside a frontier's point.
    private static let comparison = (ofResult: 3.0, ofPoint: 0.5)

    /// Statistics, decompositions, and the timing of layers, which may be known from an earlier run.
    var calibrate: WorkEstimate.Span {
        let usesData = recipe.basis != .plain || options.forcedRanks.isEmpty
        let decompositions = decompositions(atShare: 1)
        return span { pace in
            (usesData ? statistics(pace) : 0) + decompositions + (pace.timesLayers ? timings : 0)
        }
    }

    /// From the original's losses to those of the last candidate, or of the last layer by itself.
    var plan: WorkEstimate.Span {
        span { pace in
            let walk = !options.forcedRanks.isEmpty ? candidate : recipe.allocation == .joint ? jointWalk(pace) : oneShotWalk(pace)
            return pass(over: samples.select) + walk + (options.measuresLayers ? singleLayers(pace) : 0)
        }
    }

    /// Of the original and each result, on the samples that certify.
    var verify: WorkEstimate.Span {
        let comparison = shares == nil ? PhaseTimes.comparison.ofResult : PhaseTimes.comparison.ofPoint
        return span { _ in (1 + results) * pass(over: samples.certify) + results * (3 * units.session + comparison) }
    }

    private func span(_ seconds: (Pace) -> Double) -> WorkEstimate.Span { WorkEstimate.Span(seconds(.best), seconds(.worst)) }

    // MARK: Walks

    private var recipe: MethodRecipe { MethodRecipe(options) }

    private var limits: [Double] {
        guard let shares else {
            let limits = costs.ladder(downTo: options.keepParameters)
            return options.mode == .lossless && options.keepParameters != nil ? Array(limits.suffix(1)) : limits
        }
        return shares.map { costs.limit(forShare: $0) }.filter { $0 >= costs.smallest && $0 < costs.dense }
    }

    /// Points that are refined and certified.
    private var results: Double { shares == nil ? 1 : Double(limits.count) }

    private func oneShotWalk(_ pace: Pace) -> Double {
        let points = Double(limits.count)
        return (recipe.needsGates ? gates(pace) : 0) + candidate * (options.targets.isEmpty ? min(points, pace.points) : points)
    }

    private func jointWalk(_ pace: Pace) -> Double {
        guard let last = limits.last, last > 0, last < costs.dense else { return 0 }
        let depth = log(last / costs.dense)
        let needed = max((depth / log(pace.stageShare)).rounded(.up), results)
        let stages = options.targets.isEmpty ? min(needed, pace.points) : needed
        // The first stage finds the layers in their basis; later ones have fewer components.
        let renewals = (1..<max(Int(stages), 1)).reduce(0.0) { sum, stage in
            sum + statistics(pace) + decompositions(atShare: exp(depth * Double(stage) / needed))
        }
        let refinement = statistics(pace) + gates(pace) + Double(GateRefit.dampings.count) * candidate
        let refinements = recipe.refines ? results * pace.refinements : 0
        let learning = stages * gates(pace) + renewals
        return learning + stages * pace.candidates * candidate + refinements * refinement + learning * repetition
    }

    /// How much longer it takes to learn again from all samples than it took from those to fit; 0 where that is not done.
    private var repetition: Double {
        let all = samples.fit + samples.select
        guard recipe.pieces.allSamples, all <= StatisticsSweep.mostSamples else { return 0 }
        return Double(samples.fitted + samples.select) / Double(max(samples.fitted, 1))
    }

    // MARK: Parts

    private func pass(over count: Int) -> Double { Double(count) * units.perSample }

    private func statistics(_ pace: Pace) -> Double {
        pace.statistics * pass(over: min(samples.fitted, StatisticsSweep.mostSamples)) + PhaseTimes.openingsOfProbe * units.session
    }

    private func gates(_ pace: Pace) -> Double { pace.gates * pass(over: samples.fitted) + PhaseTimes.openingsOfProbe * units.session }

    /// The original once more, and a candidate for each layer that is factored.
    private func singleLayers(_ pace: Pace) -> Double {
        let share = options.forcedRanks.isEmpty ? pace.factoredShare : 1
        return pass(over: samples.select) + (share * Double(factorable)).rounded(.up) * candidate
    }

    private var candidate: Double { pass(over: samples.select) + PhaseTimes.openingsOfCandidate * units.session }

    /// Two eigendecompositions for each group of a layer, and products.
    private func decompositions(atShare share: Double) -> Double {
        let cubes = layers.reduce(0.0) { sum, layer in
            let rank = share * Double(layer.fullRank)
            return sum + Double(layer.groups) * rank * rank * (2 * rank + 0.2 * Double(layer.rows + layer.columns))
        }
        return cubes * units.cube / Double(min(options.threads, max(layers.count, 1)))
    }

    private var timings: Double {
        guard options.countsTime else { return 0 }
        let forms = layers.reduce(0) { sum, layer in
            StorageForm.allCases.reduce(sum + 1) { $0 + SingleLayerModel.ranks(of: layer, $1).count }
        }
        return Double(forms) * PhaseTimes.timing
    }
}
