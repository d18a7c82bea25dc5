/// A piece of the joint method, which can be left out to see what it brings.
public enum Ablation: String, Sendable, Hashable, CaseIterable, Codable {
    /// The search by how far answers are from the original's; without it, by the loss that labels tell.
    case fidelity
    /// Effects that the components of different layers have on each other.
    case crossTerms = "cross-terms"
    /// The signed first-order change of the loss.
    case firstOrder = "first-order"
    /// First-order changes shrunk by their standard error.
    case shrinkage
    /// Several degrees of trust in the prediction, chosen by measurement; without it, the first one.
    case measuredTrust = "measured-trust"
    /// The rescaling of what is kept.
    case refit
    /// The damping of the rescaling in a stage chosen by its leave-one-out error; without it, by measuring several.
    case leaveOneOut = "leave-one-out"
    /// Further rounds of that for the point that was chosen.
    case refinement
    /// Points of simpler methods, where the select samples find them better.
    case rivals
    /// The labels, where the select samples confirm that they tell more than the original's answers.
    case labels
    /// The select samples to learn from as well, once they have chosen, where there are few.
    case allSamples = "all-samples"
    /// Stages of limited divergence; without it, each point is reached in one stage from the point before.
    case trustRegion = "trust-region"
    /// A new basis for the components in each stage.
    case renewedBasis = "renewed-basis"
    /// The whitening by the outputs' gradients; without it, by the inputs alone.
    case gradientWhitening = "gradient-whitening"
    /// Convolutions as one along each spatial axis.
    case spatialScheme = "spatial-scheme"
}
