/// The output of a model that its loss is computed from.
package struct MeasuredOutput: Sendable, Hashable {
    package let name: String
    package let loss: Loss
    /// Classes; entries of a sample that stand for themselves.
    package let width: Int

    package init(name: String, loss: Loss, width: Int) {
        self.name = name
        self.loss = loss
        self.width = width
    }
}
