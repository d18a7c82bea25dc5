internal import COnnxRuntime

/// How a session prepares and runs its model.
package struct SessionOptions: Sendable, Hashable {
    /// Rewrites of the graph before the first run, as ONNX Runtime groups them. Only ``none`` runs the graph as it is written.
    package enum GraphOptimization: Int32, Sendable, Hashable, CaseIterable {
        case none = 0
        /// Rewrites that keep to standard operators: constant folding, removal of what is not needed.
        case basic = 1
        /// Also fusions into operators of the runtime's own.
        case extended = 2
        /// Also changes of memory layout.
        case all = 99
    }

    /// Threads that work on one operator; 0 leaves the number to the runtime.
    package var intraOpThreads = 1
    package var graphOptimization = GraphOptimization.all
    /// Whether idle threads wait in a busy loop, which is faster on cores of one's own and much slower on shared ones.
    package var allowSpinning = false
    /// Whether memory is laid out ahead from the shapes of earlier runs: faster at times, but takes more memory in graphs whose
    /// values live long, such as those of gradients.
    package var memoryPattern = true
    /// Whether memory is kept from run to run, and asked for in pieces that double: faster, and up to twice what the values take.
    package var memoryArena = true
    /// Whether weights are copied into the layout of the kernels, which makes runs faster and the largest models take twice their size.
    package var prepacking = true
    /// Lengths for axes that the model leaves free, by the axis's symbol.
    package var freeDimensions: [String: Int] = [:]
    /// The folder that relative paths of external data start from in a model that is given as bytes; nil is the current one.
    /// Needs ONNX Runtime 1.20; older versions ignore it.
    package var externalDataFolder: String?
    /// What runs the operators that it can run.
    package var provider = ExecutionProvider.cpu
    /// Whether ONNX Runtime's own kernels run what the provider cannot run; else that is ``EngineError/leftToProcessor``. Without a provider
    /// it must be true.
    package var leavesRestToProcessor = true
    /// Whether the session is to say which provider runs which nodes; see ``Session/nodesByProvider``.
    package var recordsPlacement = false

    package init(
        intraOpThreads: Int = 1, graphOptimization: GraphOptimization = .all, memoryPattern: Bool = true, prepacking: Bool = true,
        freeDimensions: [String: Int] = [:], provider: ExecutionProvider = .cpu
    ) {
        self.intraOpThreads = intraOpThreads
        self.graphOptimization = graphOptimization
        self.memoryPattern = memoryPattern
        self.prepacking = prepacking
        self.freeDimensions = freeDimensions
        self.provider = provider
    }

    /// Calls `body` with the runtime's form of these options.
    func withObject<Result>(
        _ api: UnsafePointer<OrtApi>, _ body: (OpaquePointer) throws(EngineError) -> Result
    ) throws(EngineError) -> Result {
        let table = api.pointee
        return try api.withObject(table.CreateSessionOptions, release: table.ReleaseSessionOptions) { (options) throws(EngineError) in
            try set(on: options, api)
            return try body(options)
        }
    }

    private func set(on options: OpaquePointer, _ api: UnsafePointer<OrtApi>) throws(EngineError) {
        guard let threads = Int32(exactly: intraOpThreads), threads >= 0 else {
            throw .runtime(.invalidArgument, message: "\(intraOpThreads) is not a possible number of threads")
        }
        let table = api.pointee
        try api.check(table.SetSessionLogSeverityLevel(options, Int32(JointRankOrtLogFatal)))
        try api.check(table.SetIntraOpNumThreads(options, threads))
        try api.check(table.SetSessionGraphOptimizationLevel(options, graphOptimization.rawValue))
        try api.check(table.AddSessionConfigEntry(options, "session.intra_op.allow_spinning", allowSpinning ? "1" : "0"))
        if !prepacking { try api.check(table.AddSessionConfigEntry(options, "session.disable_prepacking", "1")) }
        if !memoryArena { try api.check(table.DisableCpuMemArena(options)) }
        if !memoryPattern { try api.check(table.DisableMemPattern(options)) }
        for (name, length) in freeDimensions.sorted(by: { $0.key < $1.key }) {
            try api.check(table.AddFreeDimensionOverrideByName(options, name, Int64(length)))
        }
        if let externalDataFolder {
            let key = "session.model_external_initializers_file_folder_path"
            try api.check(table.AddSessionConfigEntry(options, key, externalDataFolder))
        }
        if !leavesRestToProcessor { try api.check(table.AddSessionConfigEntry(options, "session.disable_cpu_ep_fallback", "1")) }
        if recordsPlacement { try api.check(table.AddSessionConfigEntry(options, "session.record_ep_graph_assignment_info", "1")) }
        try provider.append(to: options, threads: intraOpThreads)
    }
}
