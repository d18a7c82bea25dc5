internal import LinearAlgebra
internal import Tensors

/// One matrix of each factor for every group.
struct FactorMatrices {
    /// q x channels; nil where the first factor sees the channels themselves.
    let inputs: [Matrix]?
    let first: [Matrix]
    let second: [Matrix]
    let elementType: ElementType
}
