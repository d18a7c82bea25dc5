/// A piece of a search that takes long, and is worth remembering.
package enum SearchPiece: String, Sendable {
    case stage, refinement
}
