/// What a whole model takes, as it is, in the units that a part of it can be asked for in.
package struct ModelTotals: Sendable, Hashable {
    package let parameters: Int
    /// Parameters that the model holds twice, and that go whatever the ranks.
    package let mergedParameters: Int
    /// Multiply-accumulates; nil where they are not known, or do not count.
    package let operations: Int?
    /// Nil where time does not count.
    package let milliseconds: Double?

    package init(parameters: Int, mergedParameters: Int = 0, operations: Int? = nil, milliseconds: Double? = nil) {
        self.parameters = parameters
        self.mergedParameters = mergedParameters
        self.operations = operations
        self.milliseconds = milliseconds
    }
}
