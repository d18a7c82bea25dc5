/// The pieces of the joint method, each of which can be left out to see what it brings.
package struct JointPieces: Sendable, Hashable {
    /// Effects that the components of different layers have on each other.
    package var crossTerms = true
    /// The signed first-order change of the loss.
    package var firstOrder = true
    /// First-order changes shrunk by their standard error.
    package var shrinkage = true
    /// Several degrees of trust in the prediction, chosen by measurement; without it, the first one.
    package var measuredTrust = true
    /// The rescaling of what is kept.
    package var refit = true
    /// The damping of the rescaling in a stage chosen by its leave-one-out error; without it, by measuring several.
    package var leaveOneOut = true
    /// Further rounds of that for the point that was chosen.
    package var refinement = true
    /// Points of simpler methods, where the select samples find them better.
    package var rivals = true
    /// The labels, where the select samples confirm that they tell more than the original's answers.
    package var labels = true
    /// The select samples to learn from as well, once they have chosen, where there are few.
    package var allSamples = true
    /// Stages of limited divergence; without it, each point is reached in one stage from the point before.
    package var trustRegion = true
    /// The components' basis made again in each stage.
    package var renewedBasis = true

    /// All of them.
    package init() {}
}
