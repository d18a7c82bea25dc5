/// How far a long piece of work has come.
public struct Progress: Sendable, Hashable {
    /// What is being done, in words.
    public var task: String
    /// Units of work done, mostly samples.
    public var completed: Int
    /// Nil while the amount of work is not known.
    public var total: Int?

    /// Sets every field.
    public init(task: String, completed: Int, total: Int?) {
        self.task = task
        self.completed = completed
        self.total = total
    }
}

/// Receives progress; called from the thread that works.
public typealias ProgressHandler = @Sendable (Progress) -> Void
