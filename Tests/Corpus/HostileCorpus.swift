import Datasets
import Foundation
import ONNXModel
import Recipes
import TestSupport

/// A group of hostile files, written by `make_corpus.py` for the time of a test.
struct HostileCorpus {
    /// What a file must come to.
    struct Case: Decodable {
        enum Kind: String, Decodable { case model, data, recipe }

        let kind: Kind
        let name: String
        /// Below the corpus.
        let file: String
        /// The one line on standard error without the command's name; empty where the file is sound. Ends in `*` where what precedes that
        /// is enough, and where the answer is not the readers'.
        let error: String
        let exitCode: Int32

        var fileName: String { (file as NSString).lastPathComponent }

        /// What the readers have to say, too; nil where they have nothing to say.
        var readersError: String? { error.isEmpty || error.hasSuffix("*") ? nil : error }

        func accepts(_ errors: String) -> Bool {
            guard !error.isEmpty else { return errors.isEmpty }
            guard error.hasSuffix("*") else { return errors == "jointrank: \(error)\n" }
            // One line, and not a screenful of it.
            let isOneLine = errors.firstIndex(of: "\n").map { errors.index(after: $0) } == errors.endIndex && errors.utf8.count < 4096
            return isOneLine && errors.hasPrefix("jointrank: \(error.dropLast())")
        }
    }

    let folder: TemporaryFolder
    let cases: [Case]

    private static let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "make_corpus.py").path

    init(_ group: String) throws {
        folder = try TemporaryFolder()
        _ = try ReferencePython.run(script: HostileCorpus.script, [folder.path("corpus"), group])
        cases = try JSONDecoder().decode([Case].self, from: folder.read("corpus/manifest.json"))
    }

    func path(_ name: String) -> String { folder.path("corpus/" + name) }

    /// The folder of a case.
    func path(of file: Case) -> String { (path(file.file) as NSString).deletingLastPathComponent }

    func names(beside file: Case) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: path(of: file)))
    }

    /// What the command is given, in the case's folder.
    func arguments(_ file: Case) -> [String] {
        switch file.kind {
        case .model: ["inspect", file.fileName]
        case .data: HostileCorpus.compression(of: "../sound.onnx", by: file.fileName)
        case .recipe: ["compress", "../sound.onnx", "--recipe", file.fileName]
        }
    }

    static func compression(of model: String, by data: String) -> [String] {
        [
            "compress", model, "--calibration", data, "--mode", "compact", "--optimize", "size", "--threads", "1", "--force-rank", "*=3",
            "--quiet", "-o", "out.onnx",
        ]
    }

    /// What the readers say of a file, called as the command calls it; nil where they read it.
    func readersProblem(with file: Case) -> String? {
        let path = path(file.file)
        do {
            switch file.kind {
            case .model:
                let model = try Model.load(from: path)
                try model.validate()
                for tensor in model.proto.graph.initializer { try tensor.checkStorage() }
                _ = try model.opsetVersion
                _ = try ParameterCount.of(model.proto)
                _ = try model.inliningExternalData(upTo: 1 << 30)
            case .data: _ = try Dataset(path: path, arrays: ["x", "labels"]).batch([0])
            case .recipe: _ = try Recipe(path: path)
            }
            return nil
        } catch {
            return "\(error)".replacing(path, with: file.fileName)
        }
    }
}
