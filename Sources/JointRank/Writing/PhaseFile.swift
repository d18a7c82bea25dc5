internal import Digests
internal import Foundation

/// What the files of the phases have in common: which run they belong to.
enum PhaseFile {
    static let calibrationSchema = "jointrank.calibration/1"
    static let planSchema = "jointrank.plan/1"
    static let factorsSchema = "jointrank.plan-factors/1"

    /// Checks that the files that a phase's results were made from are what they were.
    ///
    /// - Parameters:
    ///   - file: the phase's, for the message.
    ///   - earlier: the fingerprint that it holds.
    ///   - now: that of the same options today.
    /// - Throws: ``JointRankError`` that names what has changed.
    static func check(_ file: String, _ earlier: RunFingerprint, _ now: RunFingerprint) throws(JointRankError) {
        guard let difference = now.difference(from: earlier) else { return }
        throw JointRankError(.badInput, "'\(file)' was made from other things (\(difference)); make it again")
    }
}

extension CompressionOptions {
    /// Options as a phase's file keeps them: paths that only one run needs are left out.
    var kept: CompressionOptions {
        var options = self
        options.output = ""
        (options.workFolder, options.restarts) = (nil, false)
        return options
    }
}
