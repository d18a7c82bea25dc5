internal import Files
internal import Foundation
internal import Yams

/// A YAML file of options.
///
/// A mapping of options' names, without the dashes, to values: texts, numbers, lists of them, and yes or no for flags.
package struct Recipe {
    /// An option as it stands in the file.
    package struct Option {
        package let name: String
        /// One, or those of a list.
        package let values: [String]
    }

    package let path: String
    /// In the order of the file, each once.
    package let options: [Option]

    /// More is no recipe.
    private static let largest = 1 << 16
    /// Bytes that a text may come to with what its aliases stand for; the parser's time grows with them.
    private static let longestWrittenOut = 128.0 * Double(largest)
    /// `? ` that a text may hold. It marks a name that need not be a text; the parser's time grows out of all bounds with names within names.
    private static let mostMarkedNames = 16

    package init(path: String) throws(RecipeError) {
        self.path = path
        let data: Data
        do {
            data = try RegularFile(path).contents(upTo: Recipe.largest)
        } catch {
            throw FileIdentity(of: path) == nil ? .missing(path: path) : .bad(path: path, reason: "it is not a file of at most 64 KiB")
        }
        do throws(Misfit) {
            guard let text = String(validating: data, as: UTF8.self) else { throw Misfit(reason: "it is no text in UTF-8") }
            options = try Recipe.options(in: text)
        } catch {
            throw .bad(path: path, reason: error.reason)
        }
    }

    /// What is wrong with a text.
    private struct Misfit: Error {
        let reason: String
    }

    private static func options(in text: String) throws(Misfit) -> [Option] {
        guard text.writtenOutLength <= longestWrittenOut else { throw Misfit(reason: "its aliases stand for too much") }
        guard text.markedNames <= mostMarkedNames else { throw Misfit(reason: "it has more than \(mostMarkedNames) names marked by '? '") }
        let node: Node?
        do {
            node = try compose(yaml: text)
        } catch let error as YamlError {
            throw Misfit(reason: error.reason)
        } catch {
            throw Misfit(reason: "it cannot be parsed")
        }
        guard let node else { return [] }
        guard case .mapping(let mapping) = node else { throw Misfit(reason: "it is not a mapping of options to values") }
        var options: [Option] = []
        var names: Set<String> = []
        for (key, value) in mapping {
            guard case .scalar(let name) = key, name.string.unicodeScalars.allSatisfy(Recipe.isPartOfName) else {
                throw Misfit(reason: "a name of an option is something else than letters, digits and dashes")
            }
            guard names.insert(name.string).inserted else { throw Misfit(reason: "'\(name.string)' stands there twice") }
            guard name.string != "recipe" else { throw Misfit(reason: "it names another recipe") }
            options.append(Option(name: name.string, values: try values(of: name.string, value)))
        }
        return options
    }

    /// Messages hold names, and are one line.
    private static func isPartOfName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil) || scalar == "-"
    }

    private static func values(of name: String, _ value: Node) throws(Misfit) -> [String] {
        switch value {
        case .scalar(let scalar): return [scalar.string]
        case .sequence(let sequence):
            let values = sequence.compactMap { element in if case .scalar(let scalar) = element { scalar.string } else { nil } }
            guard values.count == sequence.count else { throw Misfit(reason: "'\(name)' is a list of other things than values") }
            return values
        default: throw Misfit(reason: "'\(name)' is neither a value nor a list of values")
        }
    }
}
