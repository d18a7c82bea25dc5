/// What a search wants a smaller model's answers to be.
package enum SearchTarget: String, Sendable, Hashable, Codable {
    /// Those that the original gives.
    case originalAnswers
    /// The samples' labels.
    case labels
}
