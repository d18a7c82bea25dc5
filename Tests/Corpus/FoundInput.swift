import Foundation

/// A file that `Fuzzing/run` found to break a reader.
struct FoundInput {
    let target: String
    let path: String

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fuzzing/failures").standardized

    static func all(of target: String) throws -> [FoundInput] {
        let folder = folder.appending(path: target).path
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
            .map { FoundInput(target: target, path: folder + "/" + $0) }
    }

    /// What the command is given.
    func arguments(model: String) -> [String] {
        switch target {
        case "model": ["inspect", path]
        case "recipe": ["compress", model, "--calibration", "sound.npz", "--quiet", "--recipe", path]
        default: HostileCorpus.compression(of: model, by: path)
        }
    }
}
