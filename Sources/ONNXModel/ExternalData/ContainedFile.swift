internal import Foundation

/// A regular file below a folder, opened by a path that comes from a model.
///
/// The path can reach nothing outside the folder: it is first judged by its text alone, before anything tells whether a file exists,
/// and then opened one component at a time without following symbolic links, so that nothing can be exchanged between the check and
/// the use. A file with a second hard link is refused, because its other name may lie outside. (The attacks are those of
/// CVE-2022-25882, CVE-2024-27318 and CVE-2025-51480.)
struct ContainedFile: ~Copyable {
    let descriptor: FileDescriptor
    let status: FileStatus

    /// - Parameters:
    ///   - location: relative, with `/` between its components.
    ///   - folder: trusted; symbolic links on the way to it are followed.
    init(_ location: String, in folder: String) throws(ContainmentError) {
        let components = try ContainedFile.components(of: location)
        let descriptor = try ContainedFile.attempt { () throws(SystemError) in
            var directory = try FileDescriptor(opening: folder, flags: O_RDONLY | O_DIRECTORY)
            for component in components.dropLast() {
                directory = try FileDescriptor(opening: component, in: directory.rawValue, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            }
            return try FileDescriptor(opening: components.last ?? "", in: directory.rawValue, flags: O_RDONLY | O_NOFOLLOW)
        }
        let status = try ContainedFile.attempt { () throws(SystemError) in try descriptor.status() }
        guard status.isRegular else { throw .notRegular }
        guard status.linkCount == 1 else { throw .hardLinked }
        self.descriptor = descriptor
        self.status = status
    }

    private static func attempt<Value: ~Copyable>(_ operation: () throws(SystemError) -> Value) throws(ContainmentError) -> Value {
        do { return try operation() } catch { throw .system(error) }
    }

    /// The names on the way to the file, judged without looking at any file.
    static func components(of location: String) throws(ContainmentError) -> [String] {
        guard !location.isEmpty else { throw .empty }
        guard !location.utf8.contains(0) else { throw .nullByte }
        guard location.utf8.first != UInt8(ascii: "/") else { throw .absolute }
        let components = location.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }.filter { $0 != "." }
        guard !components.contains("..") else { throw .parent }
        guard !components.isEmpty else { throw .empty }
        return components
    }
}

/// Why a path from a model is not followed.
enum ContainmentError: Error, Hashable, CustomStringConvertible {
    case empty
    case nullByte
    case absolute
    case parent
    case notRegular
    case hardLinked
    case system(SystemError)

    var description: String {
        switch self {
        case .empty: "the path is empty"
        case .nullByte: "the path contains a null byte"
        case .absolute: "the path is absolute, but must stay in the model's folder"
        case .parent: "the path contains '..', but must stay in the model's folder"
        case .notRegular: "it is not a regular file"
        case .hardLinked: "it has several hard links, so that it may lie outside the model's folder"
        // What open(2) answers where O_NOFOLLOW meets a link: the second where a folder should be.
        case .system(let error) where error.code == ELOOP: "it is a symbolic link, which may leave the model's folder"
        case .system(let error) where error.code == ENOTDIR: "a part of the path is no folder, or is a symbolic link"
        case .system(let error): "\(error)"
        }
    }
}
