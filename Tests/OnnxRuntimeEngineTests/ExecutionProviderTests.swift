import Testing

@testable import OnnxRuntimeEngine

@Suite("Execution providers as texts, and in sessions")
struct ExecutionProviderTests {
    @Test(
        "Texts that name a provider",
        arguments: [
            ("cpu", "CPU", [:], "cpu"), ("CPU", "CPU", [:], "cpu"), ("CPUExecutionProvider", "CPU", [:], "cpu"),
            ("Cuda", "CUDA", [:], "cuda"), ("OPENVINO", "OpenVINO", [:], "openvino"),
            ("openvinoexecutionprovider", "OpenVINO", [:], "openvino"), ("XnnpackExecutionProvider", "XNNPACK", [:], "xnnpack"),
            ("openvino:device_type=GPU", "OpenVINO", ["device_type": "GPU"], "openvino:device_type=GPU"),
            ("cuda:b=2,a=1", "CUDA", ["a": "1", "b": "2"], "cuda:a=1,b=2"),
            (
                "openvino:load_config=/a b/c:d=e.json", "OpenVINO", ["load_config": "/a b/c:d=e.json"],
                "openvino:load_config=/a b/c:d=e.json"
            ),
            ("Own-Name_2.5", "Own-Name_2.5", [:], "Own-Name_2.5"),
        ])
    func good(_ text: String, name: String, settings: [String: String], canonical: String) throws {
        let provider = try ExecutionProvider(text)
        #expect(provider.name == name)
        #expect(provider.settings == settings)
        #expect(provider.description == canonical)
        #expect(try ExecutionProvider(provider.description) == provider)
        #expect((provider == .cpu) == (name == "CPU"))
    }

    @Test(
        "Texts that name none",
        arguments: [
            ("", .noName), (":a=b", .noName), ("ExecutionProvider", .noName), ("open vino", .badName("open vino")),
            ("a/b", .badName("a/b")), ("cuda,cpu", .badName("cuda,cpu")), ("\u{0}", .badName("\u{0}")), ("é", .badName("é")),
            ("cuda:", .noValue("")), ("cuda:a", .noValue("a")), ("cuda:a=", .noValue("a=")), ("cuda:=b", .noValue("=b")),
            ("cuda:a=b,", .noValue("")), ("cuda:a=b,,c=d", .noValue("")), ("cuda:a=\u{0}", .noValue("a=\u{0}")),
            ("cuda:a=1,a=1", .twice("a")), ("cpu:a=1", .settingsOfCPU), ("cpu:", .noValue("")),
        ] as [(String, ExecutionProviderError)])
    func bad(_ text: String, error: ExecutionProviderError) {
        #expect(throws: error) { try ExecutionProvider(text) }
    }

    @Test("The runtime says which providers it has")
    func available() throws {
        #expect(try Runtime.shared().availableProviders.contains { ExecutionProvider.cpu.isCalled($0) })
        try ExecutionProvider.cpu.check()
    }

    @Test("A provider that the runtime lacks is named, and so are those that it has", arguments: ["nonsense", "snpe"])
    func missing(_ text: String) throws {
        let provider = try ExecutionProvider(text)
        let available = try Runtime.shared().availableProviders
        let error = #expect(throws: EngineError.self) { try provider.check() }
        #expect(error == .providerMissing(provider, version: try Runtime.shared().version, available: available))
        let message = try #require(error).description
        #expect(message.contains(#"no provider "\#(provider.name)""#) && message.contains("CPUExecutionProvider"))
        #expect(message.contains("JOINTRANK_ONNXRUNTIME") && !message.contains("\n"))
        let options = SessionOptions(provider: provider)
        #expect(throws: try #require(error)) { try Session(model: arithmetic(), options: options) }
    }

    @Test("The runtime counts the nodes of each provider", .enabled(if: Placing.isCounted, "ONNX Runtime counts nodes from 1.24 on"))
    func counts() throws {
        var options = SessionOptions(graphOptimization: .none)
        #expect(try Session(model: arithmetic(), options: options).nodesByProvider == nil)
        options.recordsPlacement = true
        #expect(try Session(model: arithmetic(), options: options).nodesByProvider == ["CPUExecutionProvider": 2])
    }

    @Test("What only the CPU can run is told apart from other failures")
    func leftToProcessor() throws {
        var options = SessionOptions()
        options.leavesRestToProcessor = false
        #expect(throws: EngineError.leftToProcessor) { try Session(model: arithmetic(), options: options) }
        let error = #expect(throws: EngineError.self) { try Session(model: [1, 2, 3], options: options) }
        #expect(error != .leftToProcessor)
    }

    @Test("The CPU leaves nothing to itself")
    func whole() throws {
        let placement = try Placement(SessionOptions()) { _ in
            Issue.record("a session was built")
            return try Session(model: arithmetic())
        }
        #expect(placement.isWhole && placement.nodes == nil && placement.warning(of: "'model.onnx'") == nil)
    }

    /// Azure's provider is in most builds, and runs no operators of ONNX.
    @Test("A provider that runs nothing is said to", .enabled(if: Placing.hasAzure, "this ONNX Runtime lacks Azure's provider"))
    func nothing() throws {
        let options = SessionOptions(provider: try ExecutionProvider("azure"))
        let placement = try Placement(options) { try Session(model: arithmetic(), options: $0) }
        #expect(!placement.isWhole)
        if Placing.isCounted { #expect(placement.nodes?.own == 0 && placement.nodes?.all ?? 0 > 0) }
        let warning = try #require(placement.warning(of: "'model.onnx'"))
        #expect(warning.hasPrefix("AZURE runs ") && warning.contains("'model.onnx'") && warning.contains("on the CPU"))
    }
}

/// What the runtime at hand can say of providers.
private enum Placing {
    static var isCounted: Bool { (try? Runtime.shared().placementApi) != nil }
    static var hasAzure: Bool { (try? Runtime.shared().availableProviders)?.contains("AzureExecutionProvider") == true }
}
