internal import Foundation
internal import JointRank

enum ReportFile {
    /// Writes a text file that appears complete or not at all.
    static func write(_ text: String, to path: String) throws(JointRankError) {
        do {
            try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw JointRankError(.cannotWrite, "cannot write the report '\(path)'")
        }
    }
}
