internal import COnnxRuntime

extension ExecutionProvider {
    /// Whether the runtime has this provider, and takes its settings.
    ///
    /// - Throws: what ``Runtime/shared()`` throws; ``EngineError/providerMissing(_:version:available:)``, and
    ///   ``EngineError/providerRefused(_:reason:)`` where the provider cannot be loaded or does not take its settings.
    package func check() throws(EngineError) {
        guard self != .cpu else { return }
        let api = try Runtime.shared().api
        try api.withObject(api.pointee.CreateSessionOptions, release: api.pointee.ReleaseSessionOptions) { (options) throws(EngineError) in
            try append(to: options, threads: 0)
        }
    }

    /// Lets a session use this provider for all that it can run. The processor runs the rest.
    ///
    /// - Parameter threads: for providers that have threads of their own on the processor; 0 leaves the number to them.
    /// - Throws: as ``check()``.
    func append(to options: OpaquePointer, threads: Int) throws(EngineError) {
        guard self != .cpu else { return }
        let runtime = try Runtime.shared()
        let available = try runtime.availableProviders
        guard available.contains(where: isCalled) else {
            throw .providerMissing(self, version: runtime.version, available: available)
        }
        do {
            try append(to: options, settings(threads: threads), runtime.api)
        } catch {
            guard case .runtime(_, let message) = error else { throw error }
            throw .providerRefused(self, reason: message)
        }
    }

    /// The settings, and the threads where nothing is said of them: batches side by side must not take all processors each.
    private func settings(threads: Int) -> [String: String] {
        guard name == "OpenVINO", threads > 0 else { return settings }
        return settings.merging(["num_of_threads": String(threads)]) { given, _ in given }
    }

    private func append(
        to options: OpaquePointer, _ settings: [String: String], _ api: UnsafePointer<OrtApi>
    ) throws(EngineError) {
        let sorted = settings.sorted { $0.key < $1.key }
        let names = NameTable(sorted.flatMap { [$0.key, $0.value] } + [name])
        let (keys, values) = (sorted.map { names[$0.key] }, sorted.map { names[$0.value] })
        guard let own = names[name] else { return }
        let table = api.pointee
        try withExtendedLifetime(names) { () throws(EngineError) in
            // The generic call refuses CUDA.
            guard name == "CUDA" else {
                return try api.check(table.SessionOptionsAppendExecutionProvider(options, own, keys, values, keys.count))
            }
            try api.withObject(table.CreateCUDAProviderOptions, release: table.ReleaseCUDAProviderOptions) { (cuda) throws(EngineError) in
                if !keys.isEmpty { try api.check(table.UpdateCUDAProviderOptions(cuda, keys, values, keys.count)) }
                try api.check(table.SessionOptionsAppendExecutionProvider_CUDA_V2(options, cuda))
            }
        }
    }
}

extension Runtime {
    /// The full names of the providers that this build has, in its own order of preference.
    package var availableProviders: [String] {
        get throws(EngineError) {
            var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
            var count: Int32 = 0
            try api.check(api.pointee.GetAvailableProviders(&names, &count))
            guard let names else { return [] }
            defer { _ = api.pointee.ReleaseAvailableProviders(names, count) }
            return (0..<Int(count)).compactMap { names[$0].map { String(cString: $0) } }
        }
    }
}
