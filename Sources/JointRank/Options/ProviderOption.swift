internal import OnnxRuntimeEngine

/// One of ONNX Runtime's execution providers, or the CPU by itself, which is the default everywhere.
///
/// A provider runs the parts of a model that it can; ONNX Runtime's own kernels run the rest, and a warning says so.
public struct ProviderOption: Sendable, Hashable, TextCodable {
    /// Why a text names no provider.
    public struct ParsingError: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong, on one line.
        public let description: String
    }

    /// ONNX Runtime's own kernels.
    public static let cpu = ProviderOption(engine: .cpu)

    /// For the module that runs models.
    let engine: ExecutionProvider

    private init(engine: ExecutionProvider) {
        self.engine = engine
    }

    /// - Parameter text: `cpu`, `cuda`, `openvino`, or any provider's name as ONNX Runtime's generic call takes it, in its own case of letters.
    ///   Settings of the provider may follow: `NAME:key=value,key=value`.
    /// - Throws: ``ParsingError`` for any other text. Whether the installed ONNX Runtime has the provider shows when it is used.
    public init(parsing text: String) throws(ParsingError) {
        do {
            engine = try ExecutionProvider(text)
        } catch {
            throw ParsingError(description: error.description)
        }
    }

    /// As ``init(parsing:)``; nil where that throws.
    public init?(_ text: String) {
        guard let provider = try? ProviderOption(parsing: text) else { return nil }
        self = provider
    }

    /// As ONNX Runtime's calls take it: `CPU`, `CUDA`, `OpenVINO`, or another name as it was given.
    public var name: String { engine.name }

    /// By the provider's own names for them.
    public var settings: [String: String] { engine.settings }

    /// As it is written on the command line. The same provider with the same settings is always the same text.
    public var description: String { engine.description }

    /// - Throws: ``JointRankError`` where the ONNX Runtime at hand lacks the provider, or the provider does not take its settings.
    func check(_ option: String) throws(JointRankError) {
        do {
            try engine.check()
        } catch {
            let error = JointRankError(error)
            throw JointRankError(error.category, "\(option) \(self): \(error.description)")
        }
    }
}
