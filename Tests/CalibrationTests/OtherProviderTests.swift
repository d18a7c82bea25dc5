import Calibration
import LowRank
import OnnxRuntimeEngine
import Testing

@Suite(
    "Gates on another provider",
    .enabled(if: OtherProvider.isThere, "JOINTRANK_ONNXRUNTIME names no build of ONNX Runtime with OpenVINO's provider"))
struct OtherProviderTests {
    /// Both compute in float32, in different orders of summation. A graph that OpenVINO refuses or computes wrongly, as that of a square weight that
    /// is used forwards before a Softmax and backwards, has to run on the CPU.
    @Test("are those of the CPU", arguments: ProbeCase.all)
    func gates(of probeCase: ProbeCase) throws {
        let own = try probeCase.probe(samples: 12)
        var findings: [ProviderFinding] = []
        let place = ProbePlace(try ExecutionProvider("openvino"), asksPlacement: true) { findings.append($0) }
        let other = try probeCase.probe(samples: 12, on: place)
        #expect(findings.count == 1)
        for (layer, (own, other)) in zip(own.probe.layers, zip(own.sweep.sensitivities, other.sweep.sensitivities)) {
            for (name, values, others) in [("first", own.first, other.first), ("fisher", own.fisher, other.fisher)] {
                let largest = values.map(abs).max() ?? 0
                let error = zip(values, others).map { abs($0 - $1) }.max() ?? 0
                #expect(values.count == others.count && error <= 1e-4 * largest + 1e-6, "\(layer.name) \(name): \(error) of \(largest)")
            }
        }
    }
}

/// What the runtime at hand has.
private enum OtherProvider {
    static var isThere: Bool { (try? Runtime.shared().availableProviders)?.contains("OpenVINOExecutionProvider") == true }
}
