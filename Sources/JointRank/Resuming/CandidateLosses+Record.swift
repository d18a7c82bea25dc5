internal import Search

extension CandidateLosses {
    var record: Record {
        var record = Record()
        write(to: &record)
        return record
    }

    func write(to record: inout Record) {
        record.set("divergence", divergence)
        record.set("losses", losses)
        record.set("calibrated", calibrated)
        record.set("hits", hits)
    }

    init(_ record: StoredRecord) throws {
        try self.init(
            record.elements("losses"), divergence: record.elements("divergence"), calibrated: record.elements("calibrated"),
            hits: record.elements("hits"))
    }
}
