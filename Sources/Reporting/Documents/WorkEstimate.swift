/// What a run is expected to take and to bring, said before it.
public struct WorkEstimate: Codable, Sendable, Hashable {
    /// From the least to the most that is likely.
    public struct Span: Codable, Sendable, Hashable {
        /// No less is expected.
        public var least: Double
        /// No more is expected.
        public var most: Double

        /// Sets both ends.
        public init(_ least: Double, _ most: Double) {
            self.least = least
            self.most = most
        }
    }

    /// By phase; a phase that the run does not have is absent.
    public struct Seconds: Codable, Sendable, Hashable {
        /// To learn what layers do.
        public var calibrate: Span?
        /// To choose ranks.
        public var plan: Span?
        /// To judge what was written.
        public var verify: Span?
        /// Of these.
        public var total: Span

        /// Adds the phases up.
        public init(calibrate: Span?, plan: Span?, verify: Span?) {
            self.calibrate = calibrate
            self.plan = plan
            self.verify = verify
            let all = [calibrate, plan, verify].compactMap(\.self)
            total = Span(all.reduce(0) { $0 + $1.least }, all.reduce(0) { $0 + $1.most })
        }
    }

    /// What the written model can be.
    public struct Size: Codable, Sendable, Hashable {
        /// Parameters of the original.
        public var parameters: Int
        /// Of the original's file, external data included.
        public var bytes: Int
        /// The smallest share of the parameters that the lowest ranks reach. The loss may be unacceptable there.
        public var smallestShare: Double
        /// The share that is asked for; absent where the loss alone decides.
        public var askedShare: Double?

        /// Sets every field.
        public init(parameters: Int, bytes: Int, smallestShare: Double, askedShare: Double?) {
            self.parameters = parameters
            self.bytes = bytes
            self.smallestShare = smallestShare
            self.askedShare = askedShare
        }
    }

    /// What times are worked out from, measured on this machine.
    public struct Basis: Codable, Sendable, Hashable {
        /// How many samples went through the original.
        public var samples: Int
        /// How long these took.
        public var seconds: Double

        /// Sets every field.
        public init(samples: Int, seconds: Double) {
            self.samples = samples
            self.seconds = seconds
        }
    }

    /// Names the form of the JSON, and counts its changes.
    public var schema = "jointrank.estimate/1"
    /// Path of the model.
    public var model: String
    /// How many layers are looked at.
    public var layers: Int
    /// How many samples there are for what.
    public var samples: CompressionReport.Samples
    /// What the written model can be.
    public var size: Size
    /// How long it takes.
    public var seconds: Seconds
    /// Peak resident memory of the process.
    public var memoryMiB: Double
    /// What times are worked out from.
    public var basis: Basis
    /// What the user should know.
    public var notes: [String]

    /// Sets every field.
    public init(
        model: String, layers: Int, samples: CompressionReport.Samples, size: Size, seconds: Seconds, memoryMiB: Double, basis: Basis,
        notes: [String]
    ) {
        self.model = model
        self.layers = layers
        self.samples = samples
        self.size = size
        self.seconds = seconds
        self.memoryMiB = memoryMiB
        self.basis = basis
        self.notes = notes
    }
}
