internal import JointRank
internal import Recipes

/// `--recipe FILE`, which stands for the options that the file holds, where the command line does not give them itself.
///
/// Flags are yes or no there, and arguments that the command line does not name are called as the help calls them, in most cases `model`.
struct RecipeArguments {
    private let recipe: Recipe

    /// The command line with its recipe's options in it.
    ///
    /// - Parameter arguments: without the program's name.
    /// - Throws: ``JointRankError`` for a file that cannot be read or is no recipe.
    static func expanded(_ arguments: [String]) throws(JointRankError) -> [String] {
        guard let position = position(of: "recipe", in: arguments) else { return arguments }
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
        do {
            return try RecipeArguments(recipe: Recipe(path: path)).completing(rest)
        } catch {
            throw JointRankError(error)
        }
    }

    /// A message on an option that is not understood, which says so where the option stands in the recipe alone.
    static func located(_ message: String, _ arguments: [String]) -> String {
        guard position(of: "recipe", in: arguments) != nil, let option = message.firstMatch(of: /^Unknown option '--([^' =]+)'/)?.1,
            position(of: option, in: arguments) == nil
        else { return message }
        return "\(message), which the recipe holds"
    }

    private static func position(of option: some StringProtocol, in arguments: [String]) -> Int? {
        // What follows a lone "--" are no options.
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end].firstIndex { $0 == "--\(option)" || $0.hasPrefix("--\(option)=") }
    }

    /// Options that take several numbers at once.
    private static let joined: Set<String> = ["mean", "std", "shares"]
    private static let flags: Set<String> = ["dry-run", "fold-temperature", "json", "measure-layers", "quiet", "restart"]
    private static let truths = ["yes": true, "true": true, "on": true, "no": false, "false": false, "off": false]
    /// Names that the command line may shorten.
    private static let short = ["output": "-o"]
    /// What commands call their arguments that have no name on the command line, where that is not a model alone.
    private static let unnamed = ["plan": ["calibration"], "apply": ["plan"], "verify": ["plan", "model"]]

    /// The arguments, and what they leave open.
    private func completing(_ arguments: [String]) throws(RecipeError) -> [String] {
        var result = arguments
        let unnamed = arguments.first.flatMap { RecipeArguments.unnamed[$0] } ?? ["model"]
        for option in recipe.options where !unnamed.contains(option.name) {
            let name = option.name
            let isGiven = arguments.contains { $0 == "--\(name)" || $0.hasPrefix("--\(name)=") || $0 == RecipeArguments.short[name] }
            guard !isGiven else { continue }
            if RecipeArguments.flags.contains(name) {
                guard let value = option.values.first.flatMap({ RecipeArguments.truths[$0.lowercased()] }), option.values.count == 1 else {
                    throw .bad(path: recipe.path, reason: "'\(name)' is yes or no")
                }
                if value { result.append("--\(name)") }
            } else {
                let values = RecipeArguments.joined.contains(name) ? [option.values.joined(separator: ",")] : option.values
                // With the sign, a value may begin with a dash.
                result += values.map { "--\(name)=\($0)" }
            }
        }
        guard let command = arguments.first, !command.hasPrefix("-") else { return result }
        // After the command's name.
        let given = arguments.dropFirst().prefix { !$0.hasPrefix("-") }.count
        let missing = unnamed.dropFirst(given).compactMap { name in recipe.options.first { $0.name == name }?.values.first }
        result.insert(contentsOf: missing, at: 1 + given)
        return result
    }
}

extension JointRankError {
    fileprivate init(_ error: RecipeError) {
        switch error {
        case .missing: self.init(.missingInput, "\(error)")
        case .bad: self.init(.badInput, "\(error)")
        }
    }
}
