/// How components and ranks are chosen.
public enum Method: String, Sendable, Hashable, CaseIterable, Codable {
    /// Truncated singular value decomposition, ranks by normalised energy.
    case svd
    /// Rows weighted by their Fisher information, ranks by normalised energy (arXiv 2207.00112).
    case fwsvd
    /// Columns weighted by the size of their inputs, ranks by normalised energy (arXiv 2312.05821).
    case asvd
    /// Input-whitened, the same share of every layer (arXiv 2403.07378).
    case svdLLM = "svd-llm"
    /// Input-whitened, ranks by normalised energy (arXiv 2509.25136).
    case balf
    /// Whitened on both sides by the Kronecker-factored Fisher information, ranks by energy.
    case kfacSVD = "kfac-svd"
    /// Input-whitened, components removed so that first-order changes cancel (arXiv 2602.02848).
    case zsSVD = "zs-svd"
    /// Signed first-order change and Fisher curvature of every layer by itself (arXiv 2412.06867, reconstructed).
    case firstOrder = "first-order"
    /// First-order changes and Fisher curvature of all layers together, in stages, with what is kept rescaled.
    case joint
}
