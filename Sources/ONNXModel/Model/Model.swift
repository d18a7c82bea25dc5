internal import Files
package import Foundation
internal import SwiftProtobuf
package import Tensors

/// An ONNX model in memory, together with where it came from.
///
/// A model that was not changed serializes to the very bytes that it was read from, also where those are not what
/// a protobuf library would write (packed fields, an odd order of fields). Most files are, and then no second copy of them is kept.
///
/// Of a large file the weights stay where they are, and are read when they are asked for; see ``WeightReferences``.
package struct Model: Sendable {
    /// The content. A change makes the model's bytes those that the protobuf library writes; unknown fields are kept.
    package var proto: ModelProto {
        didSet { source = .proto }
    }
    /// The folder that external data is relative to; nil for a model that was given in memory without one.
    package let folder: String?
    /// The file that the model was read from.
    let origin: Origin?
    /// Whether weights were left in that file.
    let hasWeightsInOrigin: Bool
    /// The files that the model's external data was in when it was read, as paths below the folder.
    let originalLocations: Set<String>
    private(set) var source: Source

    /// Where the model's bytes are.
    enum Source: Sendable {
        /// They are what writing `proto` makes.
        case proto
        /// What the model was read from, where writing `proto` makes others.
        case bytes(Data)
        /// In the file that the model was read from, and so many.
        case origin(byteCount: Int)
    }

    struct Origin: Sendable, Hashable {
        let path: String
        let identity: FileIdentity
    }

    /// Three levels (graph, node, attribute) a subgraph; other implementations stop at the same depth.
    static let messageDepthLimit = 100

    /// Larger files than these bytes leave their weights on the disk.
    package static let largestInMemory = 256 << 20

    /// Reads a model file; its external data is looked for in the file's folder when it is needed.
    ///
    /// Takes about twice the file's size in memory while it runs and once afterwards; of a large file once while it runs, and none of its
    /// weights afterwards.
    ///
    /// - Parameters:
    ///   - limit: weights stay in a file of more bytes,
    ///   - smallest: where they take at least so many.
    package static func load(
        from path: String, holding limit: Int = largestInMemory, leaving smallest: Int = WeightReferences.smallest
    ) throws(ModelError) -> Model {
        let file = try ModelError.reading(RegularFile(path))
        guard file.byteCount <= Int32.max else {
            throw .malformed(path: path, reason: "it is larger than 2 GiB, where a protobuf message ends")
        }
        let folder = path.folderToOpen
        let origin = Origin(path: path, identity: file.status.identity)
        func contents() throws(ModelError) -> Data { try ModelError.reading(file.contents()) }
        if file.byteCount > limit, let reduced = WeightReferences.replacingWeights(in: try contents(), from: smallest) {
            let proto = try ModelProto(parsing: reduced, path: path)
            return Model(
                proto: proto, folder: folder, origin: origin, hasWeightsInOrigin: true, source: .origin(byteCount: file.byteCount))
        }
        // The file's bytes are let go before those to compare with are made, so that never three copies exist.
        var proto = try ModelProto(parsing: contents(), path: path)
        var source = Source.proto
        if try !file.holds(proto) {
            let contents = try contents()
            proto = try ModelProto(parsing: contents, path: path)
            source = .bytes(contents)
        }
        return Model(proto: proto, folder: folder, origin: origin, source: source)
    }

    /// Reads a model from bytes in memory.
    ///
    /// - Parameter folder: where external data is looked for; without one, a model with external data can be held but not decoded.
    package init(serialized: Data, folder: String?) throws(ModelError) {
        guard serialized.count <= Int32.max else { throw .tooLarge }
        let proto = try ModelProto(parsing: serialized, path: nil)
        let source = try proto.encoded() == serialized ? Source.proto : .bytes(serialized)
        self.init(proto: proto, folder: folder, origin: nil, source: source)
    }

    /// A model that was put together in memory.
    package init(proto: ModelProto, folder: String? = nil) {
        self.init(proto: proto, folder: folder, origin: nil, source: .proto)
    }

    private init(proto: ModelProto, folder: String?, origin: Origin?, hasWeightsInOrigin: Bool = false, source: Source) {
        self.proto = proto
        self.folder = folder
        self.origin = origin
        self.hasWeightsInOrigin = hasWeightsInOrigin
        self.source = source
        var locations: Set<String> = []
        proto.forEachTensor { tensor in
            guard tensor.isExternal, !(hasWeightsInOrigin && tensor.isInOwnFile) else { return }
            locations.formUnion(tensor.externalData.lazy.filter { $0.key == "location" }.map(\.value))
        }
        originalLocations = locations
    }

    /// The model as the bytes of a file: those that it was read from, as long as it was not changed. Weights that were left in a large file
    /// are references in them.
    ///
    /// - Throws: ``ModelError/tooLarge`` above 2 GiB.
    package func serialized() throws(ModelError) -> Data {
        if case .bytes(let bytes) = source { return bytes }
        return try proto.encoded()
    }

    /// The files that tensors may lie in.
    var files: TensorFiles { TensorFiles(folder: folder, origin: hasWeightsInOrigin ? origin : nil) }

    /// The version of the default operator set, at least 7.
    package var opsetVersion: Int {
        get throws(ModelError) {
            let versions = Set(proto.opsetImport.filter { $0.isDefaultDomain }.map(\.version))
            guard let version = versions.first else {
                throw .malformed(path: origin?.path, reason: "it does not say which version of the ONNX operators it uses (opset_import)")
            }
            guard versions.count == 1 else {
                throw .malformed(path: origin?.path, reason: "it imports the ONNX operators in several versions")
            }
            guard version >= 7 else {
                throw .unsupported(reason: "version \(version) of the ONNX operators (opset); 7 and later are supported")
            }
            return Int(version)
        }
    }

    /// The initializer of the main graph with this name, decoded; nil where there is none.
    ///
    /// Searches all initializers: see ``GraphIndex`` for looking up many.
    package func tensor(named name: String) throws(ModelError) -> Tensor? {
        guard let proto = proto.graph.initializer.first(where: { $0.name == name }) else { return nil }
        return try tensor(proto)
    }

    /// A tensor of this model, decoded from whatever form it is stored in.
    package func tensor(_ proto: TensorProto) throws(ModelError) -> Tensor {
        try TensorDecoder(files: files).tensor(proto)
    }
}

extension OperatorSetIdProto {
    /// The standard operators' domain has a long and an empty name.
    var isDefaultDomain: Bool { domain.isEmpty || domain == "ai.onnx" }
}

extension ModelProto {
    /// Reads a message and checks that it is a model at all.
    fileprivate init(parsing bytes: Data, path: String?) throws(ModelError) {
        guard !bytes.isEmpty else { throw .malformed(path: path, reason: "it is empty") }
        guard MessageCount.of(bytes) <= MessageCount.limit else {
            throw .malformed(path: path, reason: "it has more than \(MessageCount.limit) messages (nodes, attributes, axes and the like)")
        }
        var options = BinaryDecodingOptions()
        options.messageDepthLimit = Model.messageDepthLimit
        do {
            try self.init(serializedBytes: bytes, options: options)
        } catch {
            throw .malformed(path: path, reason: ModelProto.reason(for: error))
        }
        guard hasGraph else { throw .malformed(path: path, reason: "it holds no graph") }
    }

    private static func reason(for error: any Error) -> String {
        switch error as? BinaryDecodingError {
        case .truncated: "it ends in the middle of a field; the file is truncated or not ONNX"
        case .invalidUTF8: "a text field is not UTF-8"
        case .messageDepthLimit: "its messages are nested too deeply"
        default: "the bytes are not a protobuf message"
        }
    }
}

extension RegularFile {
    /// Whether the file is what writing the message makes.
    fileprivate func holds(_ message: ModelProto) throws(ModelError) -> Bool {
        let bytes = try message.encoded()
        return try ModelError.reading(holds(bytes))
    }
}

extension Message {
    /// The message in the protobuf library's encoding.
    func encoded() throws(ModelError) -> Data {
        // No field is required, so size is the only thing that can go wrong.
        do { return try serializedBytes() } catch { throw .tooLarge }
    }
}
