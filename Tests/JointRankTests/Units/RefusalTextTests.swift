import Search
import Testing

@testable import JointRank

@Suite("Why nothing is written")
struct RefusalTextTests {
    private func text(_ refusal: Choice.Refusal, _ optimize: Optimization = .size) -> String {
        let options = CompressionOptions(
            model: "", calibration: "", output: "", mode: .lossless, optimize: optimize, keepParameters: 0.25)
        return refusal.text(options, smallestShare: 0.375, selectCount: 80)
    }

    @Test("Each refusal says what the user can change")
    func texts() {
        #expect(text(.noLayers) == "no layer of the model can be factored")
        #expect(text(.unacceptable) == "no smaller model has a loss on the 80 select samples that is acceptable")
        #expect(text(.slower).hasSuffix("--optimize size ignores time"))
        #expect(text(.tooLarge(keptShare: 0.5)).contains("keeps 50.00 % of the parameters, more than --keep-params asks for"))
        #expect(text(.unreachable) == "--keep-params 0.25 cannot be reached: the lowest ranks keep 37.50 % of the parameters")
        #expect(text(.unreachable, .both).hasSuffix("37.50 % of the parameters; --optimize size, which ignores time, may go further"))
    }
}
