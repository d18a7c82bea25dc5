internal import Files
internal import JointRank

/// A file for a report.
struct ReportFile {
    private let path: String

    /// Fails early, before any long work, where the file cannot be written or has another use.
    init(_ path: String, sparing reserved: ReservedFiles) throws(JointRankError) {
        try reserved.check(path)
        do { _ = try OutputFile(path) } catch { throw ReportFile.failure(path) }
        self.path = path
    }

    /// Files for several reports, none of which takes the place of another.
    ///
    /// - Parameter paths: nil for a report that nobody asked for.
    static func all(_ paths: [String?], sparing reserved: ReservedFiles) throws(JointRankError) -> [ReportFile?] {
        var files: [ReportFile?] = []
        for path in paths {
            try path.map { path throws(JointRankError) in try ReservedFiles(files.compactMap(\.?.path)).check(path) }
            files.append(try path.map { path throws(JointRankError) in try ReportFile(path, sparing: reserved) })
        }
        return files
    }

    /// Writes each text to its file; those of files that nobody asked for are not made.
    static func write(_ texts: [() throws -> String], to files: [ReportFile?]) throws {
        for (file, text) in zip(files, texts) { try file?.write(text()) }
    }

    /// Writes the text, which appears complete or not at all.
    func write(_ text: String) throws(JointRankError) {
        do { try OutputFile.write((text + "\n").utf8, to: path) } catch { throw ReportFile.failure(path) }
    }

    private static func failure(_ path: String) -> JointRankError {
        JointRankError(.cannotWrite, "cannot write the report '\(path)'")
    }
}
