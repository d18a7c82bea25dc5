/// What `jointrank latency-models` has written.
public struct LatencyModelsSummary: Codable, Sendable, Hashable {
    /// Names the form of the JSON, and counts its changes.
    public var schema = "jointrank.latency-models-summary/1"
    /// The folder.
    public var output: String
    /// How many models there are to time.
    public var models: Int
    /// Samples in a run.
    public var batch: Int
    /// Of all files.
    public var bytes: Int
    /// The Python script in the folder that times the models.
    public var script: String

    /// Sets every field.
    public init(output: String, models: Int, batch: Int, bytes: Int, script: String) {
        self.output = output
        self.models = models
        self.batch = batch
        self.bytes = bytes
        self.script = script
    }

    /// What the command prints.
    public func text() -> String {
        """
        \(models) models to time, for runs of \(batch == 1 ? "one sample" : "\(batch) samples"): \(NumberText.grouped(bytes)) bytes
        written: \(output.onOneLine)
        next, on the device: python \(script) . -o table.json --device NAME
        then, here: jointrank compress ... --latency-table table.json
        """
    }
}
