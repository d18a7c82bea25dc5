internal import Yams

extension YamlError {
    /// What is wrong, and where, without the text around it.
    var reason: String {
        switch self {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            "\(problem), in line \(mark.line), column \(mark.column)"
        case .duplicatedKeysInMapping(_, let context):
            "a name stands there twice, in line \(context.mark.line), column \(context.mark.column)"
        case .reader(let problem, _, _, _): problem
        default: "it cannot be parsed"
        }
    }
}
