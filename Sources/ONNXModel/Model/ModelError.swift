internal import Files

/// Why a model cannot be read, understood, changed or written, in terms of its files, nodes and tensors.
package enum ModelError: Error, Hashable {
    /// There is no file at the path.
    case notFound(path: String)
    /// The file exists but cannot be read: permissions, a folder, a device, a read error.
    case unreadable(path: String, reason: String)
    /// The bytes are not an ONNX model. The path is nil for a model that was given in memory.
    case malformed(path: String?, reason: String)
    /// The model is valid but uses something that this program does not handle.
    case unsupported(reason: String)
    /// A tensor's type, shape and data do not fit together.
    case invalidTensor(name: String, reason: String)
    /// A tensor's data lies in another file that may not be used or does not fit.
    case externalData(tensor: String, location: String, reason: String)
    /// Nodes and values do not make a graph.
    case invalidGraph(GraphError)
    /// An edit does not fit the graph.
    case invalidPatch(PatchError)
    /// One file cannot hold the model: a protobuf message ends at 2 GiB.
    case tooLarge
    /// The machine has no memory for a tensor of so many bytes beside those before it.
    case outOfMemory(tensor: String, bytes: Int)
    /// The model cannot be written to the path; nothing was left there.
    case cannotWrite(path: String, reason: String)

    /// What kind of failure this is to the caller of a program, who tells them apart by the exit code.
    package enum Category: Sendable, Hashable {
        case missingInput
        case badModel
        case cannotWrite
        case outOfMemory
        /// A patch that does not fit is the mistake of the code that made it.
        case internalError
    }

    package var category: Category {
        switch self {
        case .notFound, .unreadable: .missingInput
        case .malformed, .unsupported, .invalidTensor, .externalData, .invalidGraph, .tooLarge: .badModel
        case .invalidPatch: .internalError
        case .cannotWrite: .cannotWrite
        case .outOfMemory: .outOfMemory
        }
    }
}

extension ModelError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound(let path): "there is no file \(path.quoted)"
        case .unreadable(let path, let reason): "cannot read \(path.quoted): \(reason)"
        case .malformed(let path?, let reason): "\(path.quoted) is not a usable ONNX model: \(reason)"
        case .malformed(nil, let reason): "not a usable ONNX model: \(reason)"
        case .unsupported(let reason): "unsupported: \(reason)"
        case .invalidTensor(let name, let reason): "tensor \(name.quoted): \(reason)"
        case .externalData(let tensor, let location, let reason): "tensor \(tensor.quoted): external data \(location.quoted): \(reason)"
        case .invalidGraph(let error): "the graph is invalid: \(error)"
        case .invalidPatch(let error): "the edit does not fit the graph: \(error)"
        case .tooLarge: "the model takes more than 2 GiB in one file; keep its tensors as external data"
        case .outOfMemory(let tensor, let bytes): "out of memory: tensor \(tensor.quoted) takes \(bytes) bytes"
        case .cannotWrite(let path, let reason): "cannot write \(path.quoted): \(reason)"
        }
    }
}
