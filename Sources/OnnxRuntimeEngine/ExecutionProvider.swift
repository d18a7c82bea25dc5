/// What runs a session's operators: the processor by itself, or one of ONNX Runtime's execution providers, with settings of its own.
package struct ExecutionProvider: Sendable, Hashable, CustomStringConvertible {
    /// As ONNX Runtime's calls take it: `CPU`, `CUDA`, `OpenVINO`, or another name as it was given.
    package let name: String
    /// By the provider's own names for them.
    package let settings: [String: String]

    /// ONNX Runtime's own kernels, which it uses where nothing else is asked for.
    package static let cpu = ExecutionProvider(name: "CPU", settings: [:])

    /// Providers that are known in any case of letters: CUDA, and those that ONNX Runtime's generic call knows, as it wants them written.
    private static let known = [
        "CPU", "CUDA", "OpenVINO", "AZURE", "CoreML", "DML", "JS", "MIGraphX", "QNN", "SNPE", "VitisAI", "WebGPU", "WEBNN", "XNNPACK",
    ]
    /// What ONNX Runtime's full names end with.
    private static let suffix = "ExecutionProvider"

    private init(name: String, settings: [String: String]) {
        self.name = name
        self.settings = settings
    }

    /// - Parameter text: `cpu`, `cuda`, `openvino`, or any provider's name, with `ExecutionProvider` or without it. Settings may follow:
    ///   `NAME:key=value,key=value`.
    /// - Throws: ``ExecutionProviderError`` for a text that is no such thing. Whether the runtime has the provider is not asked here.
    package init(_ text: String) throws(ExecutionProviderError) {
        let colon = text.firstIndex(of: ":")
        var name = String(text[..<(colon ?? text.endIndex)])
        if name.lowercased().hasSuffix(ExecutionProvider.suffix.lowercased()) { name.removeLast(ExecutionProvider.suffix.count) }
        guard !name.isEmpty else { throw .noName }
        guard name.utf8.allSatisfy(ExecutionProvider.isNameByte) else { throw .badName(name) }
        name = ExecutionProvider.known.first { $0.lowercased() == name.lowercased() } ?? name
        let settings = try colon.map { (colon) throws(ExecutionProviderError) in
            try ExecutionProvider.settings(text[text.index(after: colon)...])
        }
        if name == ExecutionProvider.cpu.name, settings != nil { throw .settingsOfCPU }
        self.init(name: name, settings: settings ?? [:])
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func settings(_ text: Substring) throws(ExecutionProviderError) -> [String: String] {
        var settings: [String: String] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let sign = part.firstIndex(of: "=") else { throw .noValue(String(part)) }
            let (key, value) = (String(part[..<sign]), String(part[part.index(after: sign)...]))
            guard !key.isEmpty, !value.isEmpty, part.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                throw .noValue(String(part))
            }
            guard settings.updateValue(value, forKey: key) == nil else { throw .twice(key) }
        }
        return settings
    }

    /// Whether this is the provider that ONNX Runtime itself calls so, as `XnnpackExecutionProvider`: in an own case of letters.
    ///
    /// - Parameter runtimeName: from its list of providers.
    package func isCalled(_ runtimeName: String) -> Bool {
        runtimeName.lowercased() == (name + ExecutionProvider.suffix).lowercased()
    }

    /// Whether this is one of the providers whose names are known here.
    package var isKnown: Bool { ExecutionProvider.known.contains(name) }

    /// As it is written on the command line: the same provider with the same settings is always the same text.
    package var description: String {
        let own = isKnown ? name.lowercased() : name
        let settings = settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return settings.isEmpty ? own : "\(own):\(settings.joined(separator: ","))"
    }
}
