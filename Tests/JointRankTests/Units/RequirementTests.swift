import Calibration
import LowRank
import OnnxRuntimeEngine
@testable import Search
import TestSupport
import Testing

@testable import JointRank

@Suite("What a result has to keep", .enabled(if: (try? Runtime.shared()) != nil, "ONNX Runtime is not there"))
struct RequirementTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace(samples: 400)
    }

    private func requirement(
        _ mode: CompressionOptions.Mode, tolerance: Double? = nil, maximumDrop: Double? = nil, keep: Double? = nil,
        forced: [CompressionOptions.ForcedRank] = [], loss: LossOption = .crossEntropy
    ) throws -> Requirement {
        let options = CompressionOptions(
            model: workspace.folder.path("model.onnx"), calibration: workspace.folder.path("data.npz"), output: "", mode: mode,
            keepParameters: keep, tolerance: tolerance, maximumDrop: maximumDrop, data: DataOptions(loss: loss), forcedRanks: forced)
        var reading = options
        reading.data.loss = .crossEntropy
        let model = try LoadedModel(path: options.model, threads: 1, merging: true)
        return try Requirement(options, SampleSplit.reading(for: model, Run(reading, nil)))
    }

    @Test("What is given counts, and nothing beside it")
    func given() throws {
        #expect(try requirement(.compact, tolerance: 0.01).limits == Limits(lossRise: 0.01))
        #expect(try requirement(.compact, maximumDrop: 0.02).limits == Limits(accuracyFall: 0.02))
        #expect(try requirement(.lossless, tolerance: 0, maximumDrop: 0).limits == Limits(lossRise: 0, accuracyFall: 0))
        #expect(try requirement(.lossless).limits == Limits() && requirement(.lossless, keep: 0.5).limits == Limits())
    }

    @Test("Where nothing is given, compact leaves twice the room that a hundred certify samples need, and says so")
    func usual() throws {
        let requirement = try requirement(.compact)
        let drop = try #require(requirement.drop)
        let smallest = ExactFall.smallest(samples: 100)
        #expect(drop.isDefault && drop.measure == .answers(name: "top-1") && drop.share >= 2 * smallest && drop.share < 2 * smallest + 0.01)
        let note = try #require(requirement.notes.first)
        #expect(
            requirement.notes.count == 1 && note.hasPrefix("neither --max-drop nor --tolerance was given: --mode compact takes --max-drop ")
        )
        #expect(note.contains("twice the smallest drop that 100 certify samples can show; with 1 "))
        // Prescribed ranks are written whatever they cost.
        #expect(try self.requirement(.compact, forced: [.init(pattern: "*", rank: 2)]).limits == Limits())
        // Where nothing can drop, the loss must not rise.
        #expect(try self.requirement(.compact, loss: .squaredError).limits == Limits(lossRise: 0))
    }

    @Test("Enough samples take half a point, too few for what was asked for are named")
    func shortage() {
        func requirement(_ share: Double, samples: Int, perSample: Double = 1) -> Requirement {
            Requirement(
                measure: .answers(name: "top-1"), drop: .init(measure: .answers(name: "top-1"), share: share, isDefault: false),
                certifySamples: samples, answersPerSample: perSample)
        }
        let needed = ExactFall.samplesNeeded(toShow: 0.005) ?? 0
        #expect(requirement(0.005, samples: needed).shortage == nil)
        #expect(
            requirement(0.005, samples: 60).notes == [
                "--max-drop 0.5% needs at least \(needed) certify samples, there are 60: the smallest drop that can be certified is 6.7%"
            ])
        #expect(requirement(0.005, samples: 60, perSample: 100).shortage == nil)
        #expect(requirement(0, samples: 1000).shortage?.hasPrefix("--max-drop 0% asks for a rise of top-1: without one, ") == true)
    }

    @Test("A rise of the perplexity is one of the loss")
    func perplexity() {
        let drop = Requirement.Drop(measure: .perplexity, share: 0.005, isDefault: false)
        let requirement = Requirement(tolerance: 0.01, measure: .perplexity, drop: drop, certifySamples: 60)
        #expect(abs((requirement.limits.lossRise ?? 0) - 0.004987541511) < 1e-9 && requirement.limits.accuracyFall == nil)
        #expect(requirement.notes.isEmpty)
    }

    @Test("Numbers of options have two digits, rounded up")
    func digits() {
        for (share, text) in [(0.0134, "1.4%"), (0.133, "14%"), (0.005, "0.5%"), (0, "0%"), (0.00998, "1%"), (7, "99%")] {
            #expect(Requirement.text(Requirement.roundedUp(share)) == text)
        }
        #expect(abs(Acceptance.roundedUp(2.31) - 2.4) < 1e-12)
    }

    @Test("The mildest limits are those of the bound that is expected, with the margin of choices, and no stricter than asked")
    func mildest() throws {
        let hits = (0..<400).map { $0 < 300 ? 1.0 : 0 }
        let losses = (0..<400).map { 1 + ($0 % 2 == 0 ? 0.03 : -0.01) }
        let point = try FrontierPoint(
            layers: [],
            CandidateLosses(losses, hits: (0..<400).map { $0 < 296 ? 1 : 0 }),
            original: CandidateLosses(
                hits.map { _ in 1 }, hits: hits))
        let walked = Choice.WalkedPoint(
            parameters: 9, comparison: point.comparison, calibrated: point.calibrated, answers: point.answers, step: nil, isSmallEnough: nil
        )
        func limits(_ requirement: Requirement) -> [String] { requirement.expected(of: walked).passesWith.options }
        let answers = Requirement.Measure.answers(name: "top-1")
        let change = try #require(point.answers)
        let drop = change.upperBound95(samples: 1000) + 2 * change.standardError
        let text = Requirement.text(Requirement.roundedUp(drop))
        #expect(limits(Requirement(measure: answers, certifySamples: 1000)) == ["--max-drop", text])
        let strict = Requirement.Drop(measure: answers, share: 0.001, isDefault: false)
        #expect(limits(Requirement(measure: answers, drop: strict, certifySamples: 1000)) == ["--max-drop", text])
        let mild = Requirement.Drop(measure: answers, share: 0.5, isDefault: false)
        #expect(limits(Requirement(measure: answers, drop: mild, certifySamples: 1000)) == ["--max-drop", "50%"])
        // 0.01 and 2 standard errors of 0.001, and about 2.06 of the 1000 certify samples'.
        #expect(limits(Requirement(tolerance: 0, measure: answers, certifySamples: 1000)) == ["--tolerance", "0.014"])
        #expect(limits(Requirement(certifySamples: 1000)) == ["--tolerance", "0.014"])
        #expect(
            limits(Requirement(tolerance: 0.5, measure: answers, drop: strict, certifySamples: 1000)) == [
                "--max-drop", text, "--tolerance", "0.5",
            ])
        let perplexity = Requirement.Drop(measure: .perplexity, share: 0.001, isDefault: false)
        #expect(limits(Requirement(measure: .perplexity, drop: perplexity, certifySamples: 1000)) == ["--max-drop", "1.5%"])
    }
}
