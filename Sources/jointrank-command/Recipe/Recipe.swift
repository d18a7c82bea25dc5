internal import Foundation
internal import JointRank
internal import Yams

/// Options in a YAML file: `--recipe FILE` stands for the options that the file holds, where the command line does not give them itself.
///
/// A mapping of options' names, without the dashes, to values: texts, numbers, lists of them (an option that may be repeated), and yes or no
/// for flags. Arguments that the command line does not name are called as the help calls them, in most cases `model`.
struct Recipe {
    private let path: String
    private let options: [(name: String, values: [String])]

    /// More is no recipe.
    private static let largest = 1 << 20

    /// The command line with its recipe's options in it.
    ///
    /// - Parameter arguments: without the program's name.
    /// - Throws: ``JointRankError`` for a file that cannot be read or is no recipe.
    static func expanded(_ arguments: [String]) throws(JointRankError) -> [String] {
        // What follows a lone "--" are no options.
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        guard let position = arguments[..<end].firstIndex(where: { $0 == "--recipe" || $0.hasPrefix("--recipe=") }) else {
            return arguments
        }
        var rest = arguments
        let path: String
        if arguments[position] == "--recipe" {
            guard arguments.indices.contains(position + 1) else { throw JointRankError(.usage, "--recipe: the file is missing") }
            path = arguments[position + 1]
            rest.removeSubrange(position...position + 1)
        } else {
            path = String(arguments[position].dropFirst("--recipe=".count))
            rest.remove(at: position)
        }
        return try Recipe(path: path).completing(rest)
    }

    init(path: String) throws(JointRankError) {
        self.path = path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let attributes else { throw JointRankError(.missingInput, "'\(path)' does not exist") }
        guard attributes[.type] as? FileAttributeType == .typeRegular || attributes[.type] as? FileAttributeType == .typeSymbolicLink,
            let size = attributes[.size] as? Int, size <= Recipe.largest, let data = FileManager.default.contents(atPath: path),
            data.count <= Recipe.largest
        else { throw JointRankError(.badInput, "'\(path)' is no recipe: it is not a file of at most 1 MiB") }
        options = try Recipe.options(in: String(decoding: data, as: UTF8.self), path)
    }

    private static func options(in text: String, _ path: String) throws(JointRankError) -> [(name: String, values: [String])] {
        func failure(_ reason: String) -> JointRankError { JointRankError(.badInput, "'\(path)' is no recipe: \(reason)") }
        let node: Node?
        do {
            node = try compose(yaml: text)
        } catch let error as YamlError {
            throw failure("\(error)".split(separator: "\n").last.map(String.init) ?? "it cannot be parsed")
        } catch {
            throw failure("it cannot be parsed")
        }
        guard let node else { return [] }
        guard case .mapping(let mapping) = node else { throw failure("it is not a mapping of options to values") }
        var options: [(name: String, values: [String])] = []
        for (key, value) in mapping {
            guard case .scalar(let name) = key else { throw failure("a name of an option is no text") }
            guard !options.contains(where: { $0.name == name.string }) else { throw failure("'\(name.string)' stands there twice") }
            guard name.string != "recipe" else { throw failure("it names another recipe") }
            switch value {
            case .scalar(let scalar): options.append((name.string, [scalar.string]))
            case .sequence(let sequence):
                let values = sequence.compactMap { element in if case .scalar(let scalar) = element { scalar.string } else { nil } }
                guard values.count == sequence.count else { throw failure("'\(name.string)' is a list of other things than values") }
                options.append((name.string, Recipe.joined.contains(name.string) ? [values.joined(separator: ",")] : values))
            default: throw failure("'\(name.string)' is neither a value nor a list of values")
            }
        }
        return options
    }

    /// Options that take several numbers at once.
    private static let joined: Set<String> = ["mean", "std", "shares"]
    private static let flags: Set<String> = ["json", "measure-layers", "quiet", "restart"]
    /// Names that the command line may shorten.
    private static let short = ["output": "-o"]
    /// What commands call their arguments that have no name on the command line, where that is not a model alone.
    private static let unnamed = ["plan": ["calibration"], "apply": ["plan"], "verify": ["plan", "model"]]

    /// The arguments, and what they leave open.
    private func completing(_ arguments: [String]) throws(JointRankError) -> [String] {
        var result = arguments
        let unnamed = arguments.first.flatMap { Recipe.unnamed[$0] } ?? ["model"]
        for (name, values) in options where !unnamed.contains(name) {
            let isGiven = arguments.contains { $0 == "--\(name)" || $0.hasPrefix("--\(name)=") || $0 == Recipe.short[name] }
            guard !isGiven else { continue }
            if Recipe.flags.contains(name) {
                guard let value = values.first.flatMap({ Recipe.truths[$0.lowercased()] }), values.count == 1 else {
                    throw JointRankError(.badInput, "'\(path)' is no recipe: '\(name)' is yes or no")
                }
                if value { result.append("--\(name)") }
            } else {
                // With the sign, a value may begin with a dash.
                result += values.map { "--\(name)=\($0)" }
            }
        }
        guard let command = arguments.first, !command.hasPrefix("-") else { return result }
        // After the command's name.
        let given = arguments.dropFirst().prefix { !$0.hasPrefix("-") }.count
        let missing = unnamed.dropFirst(given).compactMap { name in options.first { $0.name == name }?.values.first }
        result.insert(contentsOf: missing, at: 1 + given)
        return result
    }

    private static let truths = ["yes": true, "true": true, "on": true, "no": false, "false": false, "off": false]
}
