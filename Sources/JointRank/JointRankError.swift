internal import Calibration
internal import Datasets
internal import Digests
internal import GraphGradient
internal import GraphRewriting
internal import LinearAlgebra
internal import LowRank
internal import ONNXModel
internal import OnnxRuntimeEngine
internal import Files

/// What went wrong, in the user's terms, and of which kind.
public struct JointRankError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Kinds of failure; the command turns each into its exit code.
    public enum Category: Sendable, Hashable {
        /// Options that contradict each other or make no sense.
        case usage
        /// A model or data file that is broken, or that do not go together.
        case badInput
        /// An input file that is not there or cannot be read.
        case missingInput
        /// The output cannot be created or written.
        case cannotWrite
        /// ONNX Runtime is not installed, or not with the execution provider that is asked for.
        case missingRuntime
        /// There was not enough memory.
        case outOfMemory
        /// The task was cancelled.
        case interrupted
        /// A mistake of the library.
        case internalError
    }

    /// The kind of failure.
    public let category: Category
    /// What went wrong, naming the file, node, tensor or option.
    public let description: String

    /// An error of a kind, in words.
    public init(_ category: Category, _ description: String) {
        self.category = category
        self.description = description
    }

    /// Sorts an error of any module into its category.
    package init(_ error: any Error) {
        switch error {
        case let error as JointRankError: self = error
        case is CancellationError: self.init(.interrupted, "interrupted")
        case let error as ModelError: self.init(Category(error.category), "\(error)")
        case let error as DatasetError: self.init(Category(error), "\(error)")
        case let error as EngineError: self.init(Category(error), "\(error)")
        case LinearAlgebraError.outOfMemory: self.init(.outOfMemory, "\(error)")
        case is SampleError, is BatchError, is LossError, is CertificateError, is GraphError, is LinearAlgebraError, is SweepError,
            is OpsetUpgradeError, is WrittenFactorsError:
            self.init(.badInput, "\(error)")
        case let error as TemporaryFileError: self.init(.cannotWrite, "\(error)")
        case let error as DigestError: self.init(.missingInput, "\(error)")
        case RewritingError.overflow: self.init(.badInput, "\(error)")
        case is LayerSelectionError: self.init(.usage, "\(error)")
        default: self.init(.internalError, "internal error: \(error)")
        }
    }
}

extension JointRankError.Category {
    fileprivate init(_ category: ModelError.Category) {
        self =
            switch category {
            case .missingInput: .missingInput
            case .badModel: .badInput
            case .cannotWrite: .cannotWrite
            case .outOfMemory: .outOfMemory
            case .internalError: .internalError
            }
    }

    fileprivate init(_ error: DatasetError) {
        self =
            switch error {
            case .missingFile, .unreadableFile: .missingInput
            case .badFile, .missingArray, .badArray, .badSample: .badInput
            case .badSetting: .usage
            case .temporaryStorage, .unwritableFile: .cannotWrite
            case .cancelled: .interrupted
            }
    }

    fileprivate init(_ error: EngineError) {
        self =
            switch error {
            case .libraryNotFound, .libraryUnusable: .missingRuntime
            // A name that nobody knows is a mistake of the user's; so are settings, most likely.
            case .providerMissing(let provider, _, _): provider.isKnown ? .missingRuntime : .usage
            case .providerRefused(let provider, _): provider.settings.isEmpty ? .missingRuntime : .usage
            case .outOfMemory: .outOfMemory
            case .cancelled: .interrupted
            default: .badInput
            }
    }
}
