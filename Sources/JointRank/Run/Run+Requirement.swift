extension Run {
    /// What the result has to keep; what the samples cannot show of it is said before the long work.
    ///
    /// - Throws: ``JointRankError`` where `--max-drop` has nothing that it could be of.
    func requirement(_ split: SampleSplit) throws -> Requirement {
        let requirement = try Requirement(options, split)
        for note in requirement.notes { report(note) }
        return requirement
    }
}
