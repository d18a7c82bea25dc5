internal import Files
internal import ONNXModel
internal import Tensors

extension LoadedModel {
    /// - Throws: ``JointRankError`` for scores that are not finite; it names the first constant of the graph that is not either.
    func checkFinite(_ scores: Tensor) throws {
        guard !scores.isFinite else { return }
        let index = GraphIndex(runnable)
        let constants = index.graph.initializer.map(\.name) + index.graph.node.filter { $0.opType == "Constant" }.flatMap(\.output)
        let culprit = try constants.first { try index.constant($0)?.isFinite == false }
        let user = culprit.flatMap { index.consumers(of: $0).first }.map { " (used by node \(index.graph.node[$0].displayName.quoted))" }
        let cause = culprit.map { ": tensor \($0.quoted)\(user ?? "") holds NaN or an infinity" } ?? ""
        throw JointRankError(.badInput, "the scores of \(path.quoted) are not finite\(cause)")
    }
}
