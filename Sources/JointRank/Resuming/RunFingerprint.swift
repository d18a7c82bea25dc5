internal import Digests
internal import Foundation
internal import ONNXModel
internal import Search

/// What a run's results depend on: files kept from one run are of use to another one with the same fingerprint only.
struct RunFingerprint: Codable, Sendable, Hashable {
    /// Of the program.
    let version: String
    /// SHA-256 digests, by the part that a file plays.
    let files: [String: String]
    /// Options as JSON texts, by their names; paths are left out, as digests stand for the files.
    let settings: [String: String]

    /// - Parameters:
    ///   - modelFiles: what ``modelFiles(_:_:)`` says of the model.
    ///   - others: that the results depend on besides, which the options do not hold.
    /// - Throws: ``DigestError`` where a file cannot be read.
    init(of options: CompressionOptions, modelFiles: [String: String], and others: OptionTexts = OptionTexts()) throws {
        var files = modelFiles
        files["the calibration data"] = try FileDigest.of(options.calibration)
        if let unlabelled = options.unlabelled { files["the unlabelled data"] = try FileDigest.of(unlabelled) }
        if let holdout = options.holdout { files["the holdout data"] = try FileDigest.of(holdout) }
        if let table = options.latency.table { files["the latency table"] = try FileDigest.of(table) }
        if let classes = options.data.images.classes { files["the list of classes"] = try FileDigest.of(classes) }
        self.init(files: files, settings: try options.settings.merging(others.texts) { own, _ in own })
    }

    /// - Throws: ``DigestError`` where a file cannot be read.
    init(of options: CompressionOptions, model: Model, and others: OptionTexts = OptionTexts()) throws {
        try self.init(of: options, modelFiles: RunFingerprint.modelFiles(options.model, model), and: others)
    }

    private init(files: [String: String], settings: [String: String]) {
        version = LibraryVersion.current
        self.files = files
        self.settings = settings
    }

    /// The fingerprint of a run with other options on the same files.
    func with(_ options: CompressionOptions) throws -> RunFingerprint {
        RunFingerprint(files: files, settings: try options.settings)
    }

    /// The digests of a model's file and of those that hold its external data.
    static func modelFiles(_ path: String, _ model: Model) throws -> [String: String] {
        var files = ["the model": try FileDigest.of(path)]
        for (number, path) in model.externalFiles.enumerated() {
            files["file \(number + 1) of the model's external data"] = try FileDigest.of(path)
        }
        return files
    }

    /// What is not as it was, in words; nil where all is.
    func difference(from earlier: RunFingerprint) -> String? {
        var changes: [String] = []
        if version != earlier.version { changes.append("jointrank was \(earlier.version) and is \(version)") }
        for name in Set(files.keys).union(earlier.files.keys).sorted() where files[name] != earlier.files[name] {
            changes.append("\(name) is another one")
        }
        for name in Set(settings.keys).union(earlier.settings.keys).sorted() where settings[name] != earlier.settings[name] {
            // Left out where no size is asked for, which is another difference then.
            if name == "mode", settings[name] == nil || earlier.settings[name] == nil { continue }
            changes.append("--\(name) was \(earlier.settings[name] ?? "not given") and is \(settings[name] ?? "not given")")
        }
        return changes.isEmpty ? nil : changes.joined(separator: ", ")
    }
}

extension CompressionOptions {
    /// The options that decide what is found on the way, but for paths, as JSON texts by name. What is acceptable decides what is taken of it: pieces
    /// that depend on the point that is taken are known by that.
    fileprivate var settings: [String: String] {
        get throws {
            var options = self
            (options.model, options.calibration, options.output) = ("", "", "")
            (options.unlabelled, options.holdout, options.latency.table) = (nil, nil, nil)
            // With a size, the mode decides where a walk stops and what ranks are paid in.
            let left = ["model", "calibration", "output", "tolerance", "max-drop"] + (targets.isEmpty ? ["mode"] : [])
            return try OptionTexts(options).texts.filter { !left.contains($0.key) }
        }
    }
}
