import Calibration
import OnnxRuntimeEngine
import Testing

@Suite("What is found of a provider")
struct ProviderFindingTests {
    private let provider: ExecutionProvider

    init() throws {
        provider = try ExecutionProvider("openvino:device_type=CPU")
    }

    @Test("A refusal gives the reason")
    func refusal() {
        let warning = ProviderFinding.refusal(provider, reason: "ONNX Runtime: no").warning(of: "the graph")
        #expect(warning == "OpenVINO does not run the graph, which the CPU runs in its place: ONNX Runtime: no")
    }

    @Test(
        "A difference is given in percent", arguments: [(0.034, "3 %"), (1.5, "150 %"), (.infinity, "all"), (.nan, "all"), (1e300, "all")])
    func difference(share: Double, text: String) {
        let warning = ProviderFinding.difference(provider, share: share, isReplaced: false).warning(of: "the graph")
        #expect(warning?.contains("other values than the CPU for the graph, by \(text) of their norm") == true)
    }

    @Test("The CPU is asked nothing")
    func processor() throws {
        let probeCase = try #require(ProbeCase.all.first)
        let place = ProbePlace(.cpu, asksPlacement: true) { _ in Issue.record("something was found") }
        let session = try place.session(of: probeCase.network, options: SessionOptions()) {
            Issue.record("inputs were asked for")
            return [:]
        }
        #expect(session.inputs.map(\.name) == ["x"])
    }
}
