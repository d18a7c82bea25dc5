/// How the result will run: what times are measured for.
public struct LatencyOptions: Sendable, Hashable, Codable {
    /// Samples in a run; nil for the batch that the model fixes, else 1.
    public var batch: Int?
    /// Threads that work on one operator; nil for as many as the compression itself takes.
    public var threads: Int?
    /// Path of a table of times that were measured on another device; nil to measure on this machine. See ``LatencyModels``.
    public var table: String?

    /// As the command names its options.
    enum CodingKeys: String, CodingKey {
        case batch = "latency-batch"
        case threads = "latency-threads"
        case table = "latency-table"
    }

    /// Sets every option.
    public init(batch: Int? = nil, threads: Int? = nil, table: String? = nil) {
        self.batch = batch
        self.threads = threads
        self.table = table
    }

    private static let largestBatch = 1 << 20

    func check() throws(JointRankError) {
        if let batch, !(1...LatencyOptions.largestBatch).contains(batch) {
            throw JointRankError(.usage, "--latency-batch \(batch): 1 to \(LatencyOptions.largestBatch) samples are possible")
        }
        if let threads { try CompressionOptions.check(threads: threads, option: "--latency-threads") }
        guard table == nil || (batch == nil && threads == nil) else {
            throw JointRankError(.usage, "--latency-table holds its own batch and threads: leave out --latency-batch and --latency-threads")
        }
    }
}
