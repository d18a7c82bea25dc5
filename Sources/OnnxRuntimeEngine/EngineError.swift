package import Tensors

/// Why the engine could not be opened, or could not build or run a model.
package enum EngineError: Error, Hashable, CustomStringConvertible {
    /// No shared library of ONNX Runtime in any of the places.
    case libraryNotFound(searched: [String])
    /// A shared library that cannot be used: it does not load, is something else, or is too old.
    case libraryUnusable(path: String, reason: String)
    /// The runtime got no memory; what it reported, on one line.
    case outOfMemory(message: String)
    /// What else the runtime reported, on one line.
    case runtime(Code, message: String)
    case missingInputs([String])
    case unknownInputs([String], known: [String])
    case unknownOutputs([String], known: [String])
    case inputType(name: String, expected: String, actual: ElementType)
    /// An output that is not a tensor of one of the ``ElementType``s: strings, sequences, maps, optional values.
    case unsupportedOutput(name: String, type: String)
    /// The runtime's build lacks the provider.
    ///
    /// - Parameters:
    ///   - version: of the runtime.
    ///   - available: full names of the providers that it has.
    case providerMissing(ExecutionProvider, version: String, available: [String])
    /// The provider is there, but cannot be loaded, or does not take its settings; what the runtime reported, on one line.
    case providerRefused(ExecutionProvider, reason: String)
    /// The provider cannot run all of a graph, and nothing else may.
    case leftToProcessor
    /// The run was stopped through its ``RunCancellation``.
    case cancelled

    /// The runtime's `OrtErrorCode`.
    package enum Code: Int32, Sendable, Hashable {
        case failure = 1
        case invalidArgument
        case noSuchFile
        case noModel
        case engineError
        case runtimeException
        case invalidProtobuf
        case modelLoaded
        case notImplemented
        case invalidGraph
        case executionProviderFailure
        case modelLoadCanceled
        case modelRequiresCompilation
        case notFound
    }

    package var description: String {
        switch self {
        case .libraryNotFound(let searched):
            "ONNX Runtime was not found; looked for it in \(searched.joined(separator: ", ")). Run Scripts/bootstrap to install it, "
                + "or set \(RuntimeLibrary.variable) to the shared library or to its folder."
        case .libraryUnusable(let path, let reason):
            "ONNX Runtime at \(path) cannot be used: \(reason)"
        case .outOfMemory(let message):
            "out of memory: ONNX Runtime: \(message)"
        case .runtime(_, let message):
            "ONNX Runtime: \(message)"
        case .missingInputs(let names):
            "the model needs \(names.listed(as: "input"))"
        case .unknownInputs(let names, let known):
            "the model has no \(names.listed(as: "input")); it has \(known.listed(as: "input"))"
        case .unknownOutputs(let names, let known):
            "the model has no \(names.listed(as: "output")); it has \(known.listed(as: "output"))"
        case .inputType(let name, let expected, let actual):
            "input \"\(name)\" takes a \(expected), but is given a tensor of \(actual)"
        case .unsupportedOutput(let name, let type):
            "output \"\(name)\" is of type \(type), which is not a tensor of numbers or truth values"
        case .providerMissing(let provider, let version, let available):
            "ONNX Runtime \(version) as it is installed has no provider \"\(provider.name)\"; it has \(available.joined(separator: ", ")). "
                + "Install a build that has it\(provider.packageText), and set \(RuntimeLibrary.variable) to its shared library or to its folder."
        case .providerRefused(let provider, let reason):
            "ONNX Runtime cannot load the provider \"\(provider.name)\""
                + (provider.settings.isEmpty ? "" : ", or the provider does not take its settings") + ": \(reason)"
        case .leftToProcessor:
            "ONNX Runtime: the provider cannot run all of the graph"
        case .cancelled:
            "the run was cancelled"
        }
    }
}

extension ExecutionProvider {
    /// Which package of PyPI has it, where one is known.
    fileprivate var packageText: String {
        switch name {
        case "CUDA": ", such as PyPI's onnxruntime-gpu"
        case "OpenVINO": ", such as PyPI's onnxruntime-openvino"
        default: ""
        }
    }
}

extension [String] {
    /// `input "a"`, `inputs "a", "b"`, or `no inputs`.
    fileprivate func listed(as noun: String) -> String {
        switch count {
        case 0: "no \(noun)s"
        case 1: "\(noun) \"\(self[0])\""
        default: "\(noun)s " + map { "\"\($0)\"" }.joined(separator: ", ")
        }
    }
}
