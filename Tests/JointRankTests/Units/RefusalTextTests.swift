import Search
import Testing

@testable import JointRank

@Suite("Why nothing is written")
struct RefusalTextTests {
    private func text(
        _ refusal: Choice.Refusal, _ optimize: Optimization = .size, _ requirement: Requirement = Requirement(certifySamples: 80)
    ) -> String {
        let options = CompressionOptions(
            model: "", calibration: "", output: "", mode: .lossless, optimize: optimize, keepParameters: 0.25, keepMacs: 0.3,
            keepLatency: 0.4)
        return refusal.text(options, requirement, selectCount: 80)
    }

    @Test("Each refusal says what the user can change")
    func texts() {
        #expect(text(.noLayers) == "no layer of the model can be factored")
        #expect(text(.unacceptable) == "no smaller model is without a measurable loss by the 80 select samples")
        let both = Requirement(
            tolerance: 0.01, measure: .perplexity, drop: .init(measure: .perplexity, share: 0.005, isDefault: false), certifySamples: 80)
        #expect(
            text(.unacceptable, .size, both)
                == "no smaller model keeps --max-drop 0.5% of perplexity and --tolerance 0.01 by the 80 select samples")
        #expect(text(.slower).hasSuffix("--optimize size ignores time"))
        #expect(
            text(.tooLarge(Targets.Share(.parameters, 0.5))).contains("keeps 50.00 % of the parameters, more than --keep-params asks for"))
        let least = Targets.Share(.parameters, 0.375)
        #expect(text(.unreachable(least)) == "--keep-params 0.25 cannot be reached: the lowest ranks keep 37.50 % of the parameters")
        #expect(
            text(.unreachable(least), .balanced).hasSuffix(
                "37.50 % of the parameters; --optimize size, which ignores time and arithmetic, may go further"))
        #expect(
            text(.unreachable(Targets.Share(.operations, 0.5)), .macs)
                == "--keep-macs 0.3 cannot be reached: the lowest ranks keep 50.00 % of the multiply-accumulates")
        #expect(
            text(.unreachable(Targets.Share(.latency, 0.5)), .balanced)
                == "--keep-latency 0.4 cannot be reached: the lowest ranks take 50.00 % of the time")
        #expect(
            text(.tooLarge(Targets.Share(.latency, 0.5)))
                == "the smallest acceptable model takes 50.00 % of the time, more than --keep-latency asks for")
    }
}
