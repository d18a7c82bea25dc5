internal import Reporting

/// What all parts of a run share: what is asked for, what an interrupted run has found before, and who is told of the progress.
struct Run {
    let options: CompressionOptions
    private(set) var journal = Journal(nil)
    /// The time that each phase takes, from the start of the run.
    let clock = PhaseClock()
    /// What providers leave to the CPU, as far as it was said.
    let placements = Placements()
    private(set) var progress: ProgressHandler?

    init(_ options: CompressionOptions, _ progress: ProgressHandler?) {
        self.options = options
        self.progress = progress
    }

    /// The run, with work that it keeps, and may find there.
    func keeping(_ journal: Journal) -> Run {
        var run = self
        run.journal = journal
        return run
    }

    /// The run without anybody who is told of its progress.
    var silent: Run {
        var run = self
        run.progress = nil
        return run
    }

    /// - Parameters:
    ///   - task: what is being done.
    ///   - total: nil where it is not known.
    func report(_ task: String, completed: Int = 0, total: Int? = nil) {
        progress?(Progress(task: task, completed: completed, total: total))
    }
}
