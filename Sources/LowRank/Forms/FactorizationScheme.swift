/// How a weight becomes the M x K matrix, one per group, that is factored.
package enum FactorizationScheme: String, Sendable, Hashable, CaseIterable {
    /// Outputs by inputs; for a convolution the output channels of a group by its patches: C_in / groups * kh * kw.
    case channels
    /// A convolution with two spatial axes as one along the first axis and then one along the second: M = C_out / groups * kw,
    /// K = C_in / groups * kh. Row o * kw + v and column c * kh + u hold the weight's element [o, c, u, v] of the group.
    ///
    /// M. Jaderberg, A. Vedaldi, A. Zisserman, "Speeding up convolutional neural networks with low rank expansions", 2014.
    case spatial
}
