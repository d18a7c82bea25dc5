internal import Files
internal import SystemPackage

/// A regular file below a folder, opened by a path that comes from a model.
///
/// The path can reach nothing outside the folder: it is first judged by its text alone, before anything tells whether a file exists,
/// and then opened one component at a time without following symbolic links, so that nothing can be exchanged between the check and
/// the use. A file with a second hard link is refused, because its other name may lie outside. (The attacks are those of
/// CVE-2022-25882, CVE-2024-27318 and CVE-2025-51480.)
enum ContainedFile {
    /// - Parameters:
    ///   - location: relative, with `/` between its components.
    ///   - folder: trusted; symbolic links on the way to it are followed.
    static func open(_ location: String, in folder: String) throws(ContainmentError) -> RegularFile {
        let components = try components(of: location)
        let file: RegularFile
        do { file = try RegularFile(components, below: folder) } catch { throw .file(error) }
        guard file.status.linkCount == 1 else { throw .hardLinked }
        return file
    }

    /// The names on the way to the file, judged without looking at any file.
    static func components(of location: String) throws(ContainmentError) -> [FilePath.Component] {
        guard !location.utf8.contains(0) else { throw .nullByte }
        let path = FilePath(location)
        guard path.isRelative else { throw .absolute }
        let components: [FilePath.Component] = path.components.filter { $0.kind != .currentDirectory }
        guard components.allSatisfy({ $0.kind == .regular }) else { throw .parent }
        guard !components.isEmpty else { throw .empty }
        return components
    }
}
