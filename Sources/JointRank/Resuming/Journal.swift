/// A run's memory of what took long: a piece of work that an earlier, interrupted run of the same fingerprint has finished is read back in
/// place of being done again.
///
/// Pieces are known by their kind and by how often that kind came before, within the piece that they are part of. That works because a run
/// is deterministic: with the same results so far, it asks for the same pieces in the same order.
final class Journal {
    private let folder: WorkFolder?
    private let known: [String: StoredRecord]
    /// The pieces that are being done, the outermost one first.
    private var place: [String] = []
    /// How often each kind came up, in each of them.
    private var counts: [[String: Int]] = [[:]]

    /// - Parameters:
    ///   - folder: nil keeps nothing.
    ///   - known: results of other runs, by place.
    init(_ folder: WorkFolder?, knowing known: [String: StoredRecord] = [:]) {
        self.folder = folder
        self.known = known
    }

    /// The result of a piece of work, whose own pieces are forgotten once it is kept.
    ///
    /// - Parameters:
    ///   - kind: part of the file's name.
    ///   - write: makes a record of the result.
    ///   - read: makes the result from its record.
    ///   - make: does the work; a result of nil is not kept.
    func result<Value>(
        _ kind: String, writing write: (Value) throws -> Record, reading read: (StoredRecord) throws -> Value, _ make: () throws -> Value?
    ) throws -> Value? {
        try within(kind) {
            let path = place.joined(separator: "/")
            if let record = known[path] { return try read(record) }
            // A file that is not as it was written is as good as none: the work is done again.
            if let kept = try? folder?.record(at: path).map(read) { return kept }
            let made = try make()
            if let made, let folder { try folder.keep(write(made), at: path) }
            return made
        }
    }

    /// As ``result(_:writing:reading:_:)``, for work that always has one.
    func value<Value>(
        _ kind: String, writing write: (Value) throws -> Record, reading read: (StoredRecord) throws -> Value, _ make: () throws -> Value
    ) throws -> Value {
        guard let value = try result(kind, writing: write, reading: read, make) else {
            throw JointRankError(.internalError, "no result of \(kind)")
        }
        return value
    }

    /// Work that consists of pieces, and is not kept itself.
    func within<Value>(_ kind: String, _ body: () throws -> Value) throws -> Value {
        let number = counts[counts.count - 1][kind, default: 0] + 1
        counts[counts.count - 1][kind] = number
        place.append("\(kind)-\(number)")
        counts.append([:])
        defer {
            place.removeLast()
            counts.removeLast()
        }
        return try body()
    }
}
