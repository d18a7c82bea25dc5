internal import Files
internal import SystemPackage

/// Why a path from a model is not followed.
enum ContainmentError: Error, Hashable, CustomStringConvertible {
    case empty
    case nullByte
    case absolute
    case parent
    case hardLinked
    case file(FileError)

    var description: String {
        switch self {
        case .empty: "the path is empty"
        case .nullByte: "the path contains a null byte"
        case .absolute: "the path is absolute, but must stay in the model's folder"
        case .parent: "the path contains '..', but must stay in the model's folder"
        case .hardLinked: "it has several hard links, so that it may lie outside the model's folder"
        // What open(2) answers where O_NOFOLLOW meets a link: the second where a folder should be.
        case .file(let error) where error.code == .tooManySymbolicLinkLevels: "it is a symbolic link, which may leave the model's folder"
        case .file(let error) where error.code == .notDirectory: "a part of the path is no folder, or is a symbolic link"
        case .file(let error): error.reason
        }
    }
}
