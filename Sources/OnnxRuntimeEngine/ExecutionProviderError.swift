/// Why a text names no execution provider.
package enum ExecutionProviderError: Error, Hashable, CustomStringConvertible {
    case noName
    case badName(String)
    /// What stands for a setting, but is no `key=value`.
    case noValue(String)
    case twice(String)
    case settingsOfCPU

    package var description: String {
        switch self {
        case .noName: "the provider's name is missing"
        case .badName(let name): "\"\(name)\" is no name of a provider: letters, digits, '_', '-' and '.' are possible"
        case .noValue(let part): "\"\(part)\" is no setting: settings are key=value, with commas between them"
        case .twice(let key): "the setting \"\(key)\" is given twice"
        case .settingsOfCPU: "cpu has no settings"
        }
    }
}
