internal import Search

extension CandidateLosses {
    var record: Record {
        var record = Record()
        write(to: &record)
        return record
    }

    func write(to record: inout Record) {
        record.set("objective", objective)
        record.set("losses", losses)
        record.set("calibrated", calibrated)
        record.set("hits", hits)
    }

    init(_ record: StoredRecord) throws {
        self.init(
            objective: try record.elements("objective"), losses: try record.elements("losses"),
            calibrated: try record.elements("calibrated"), hits: try record.elements("hits"))
    }
}
