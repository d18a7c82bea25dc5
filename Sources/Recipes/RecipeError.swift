/// Why there is no recipe.
package enum RecipeError: Error, CustomStringConvertible {
    case missing(path: String)
    case bad(path: String, reason: String)

    package var description: String {
        switch self {
        case .missing(let path): "'\(path)' does not exist"
        case .bad(let path, let reason): "'\(path)' is no recipe: \(reason)"
        }
    }
}
