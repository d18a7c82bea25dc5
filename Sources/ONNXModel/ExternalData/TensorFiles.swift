/// The files that a model's tensors may lie in.
struct TensorFiles: Sendable {
    /// Where external data is looked for; nil where the model has no folder.
    let folder: String?
    /// The file that the model was read from, where large weights may have stayed.
    let origin: Model.Origin?
}
