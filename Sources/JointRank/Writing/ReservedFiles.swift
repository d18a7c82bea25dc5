internal import Files
internal import Foundation

/// Files that a run reads, or writes for another purpose: no output may take their place.
package struct ReservedFiles: Sendable {
    private let paths: [String]

    package init(_ paths: [String]) {
        self.paths = paths
    }

    /// - Throws: ``JointRankError`` where `destination` is one of the files, under whatever path.
    package func check(_ destination: String) throws(JointRankError) {
        guard let path = paths.first(where: { isSameFile($0, destination) }) else { return }
        throw JointRankError(.cannotWrite, "cannot write '\(destination)': it is '\(path)', which this run uses already")
    }

    private func isSameFile(_ path: String, _ other: String) -> Bool {
        // Files that do not exist yet have paths only.
        if URL(fileURLWithPath: path).standardizedFileURL.path == URL(fileURLWithPath: other).standardizedFileURL.path { return true }
        guard let file = FileIdentity(of: path) else { return false }
        return file == FileIdentity(of: other)
    }
}

extension CompressionOptions {
    /// The files of samples.
    var sampleFiles: [String] { [calibration] + [unlabelled, holdout].compactMap(\.self) }

    /// The files that are read beside the model.
    var inputFiles: [String] { sampleFiles + [latency.table].compactMap(\.self) }

    /// The files that the options name; `output` among them only for others.
    package func reservedFiles(forOutput: Bool = false) -> ReservedFiles {
        ReservedFiles(inputFiles + (forOutput ? [] : [model, output, output + ".data"]))
    }
}
