public import Reporting

/// What a run says while it works, and what it has found in the end.
public enum WorkEvent<Report: Sendable>: Sendable {
    /// How far the run has come.
    case progress(Progress)
    /// The last event: the run is done.
    case finished(Report)
}

extension WorkEvent: Equatable where Report: Equatable {}
extension WorkEvent: Hashable where Report: Hashable {}
