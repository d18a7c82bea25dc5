/// A file of named arrays: `.npy`, `.npz` or `.safetensors`, told apart by content.
///
/// Opening a file checks its structure; an array's own content is checked when it is asked for, so that arrays of no
/// interest, such as class names as text, do no harm.
package struct ArrayFile: Sendable {
    package let path: String
    /// In the order of the file.
    package let arrayNames: [String]
    private let content: Content

    private enum Content {
        case npy(NPYFile)
        case npz(NPZFile)
        case safetensors(SafetensorsFile)
    }

    /// Texts that the file holds beside the arrays; only `.safetensors` can hold any.
    package var metadata: [String: String] {
        if case .safetensors(let file) = content { file.metadata } else { [:] }
    }

    package init(path: String) throws(DatasetError) {
        let file = try OpenFile(path: path)
        self.path = path
        switch try ArrayFile.kind(of: file) {
        case .npy:
            content = .npy(NPYFile(file: file))
            arrayNames = [ArrayFile.stem(of: path)]
        case .npz:
            let archive = try NPZFile(file)
            content = .npz(archive)
            arrayNames = archive.arrayNames
        case .safetensors:
            let tensors = try SafetensorsFile(file)
            content = .safetensors(tensors)
            arrayNames = tensors.arrayNames
        }
    }

    /// Opens one array. A deflated or Fortran-order one is unpacked into a temporary file each time.
    ///
    /// - Throws: ``DatasetError/missingArray(_:file:available:)``, or what is wrong with the array.
    package func array(named name: String) throws(DatasetError) -> StoredArray {
        let array: StoredArray? =
            switch content {
            case .npy(let file): arrayNames.contains(name) ? try file.array(named: name) : nil
            case .npz(let file): try file.array(named: name)
            case .safetensors(let file): try file.array(named: name)
            }
        guard let array else { throw .missingArray(name, file: path, available: arrayNames) }
        return array
    }

    private enum Kind {
        case npy, npz, safetensors
    }

    private static func kind(of file: OpenFile) throws(DatasetError) -> Kind {
        guard file.byteCount > 0 else { throw .badFile(file.path, reason: "it is empty") }
        let start = try file.bytes(at: 0, count: min(file.byteCount, 9))
        if start.starts(with: NPYHeader.magic) { return .npy }
        let isObject = start.count == 9 && start[8] == UInt8(ascii: "{")
        // A header of 67 324 752 bytes starts as a ZIP archive does, hence this order.
        if isObject, let length = start.uint64(at: 0), length <= SafetensorsFile.maximumHeaderByteCount { return .safetensors }
        if start.starts(with: ZIPDirectory.magic) { return .npz }
        if isObject { return .safetensors }
        let suffix = [".npy", ".npz", ".safetensors"].first { file.path.lowercased().hasSuffix($0) }
        throw .badFile(
            file.path, reason: suffix.map { "it is no \($0) file, whatever its name says" } ?? "it is no .npz, .npy or .safetensors file")
    }

    /// The last part of a path without its extension.
    private static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name) }
        return String(name[..<dot])
    }
}
