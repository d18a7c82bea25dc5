internal import COnnxRuntime

extension Session {
    /// How many nodes each provider runs, by the provider's full name; counted before providers join nodes into larger ones. Nil where the
    /// runtime is older than 1.24, or ``SessionOptions/recordsPlacement`` was not set.
    package var nodesByProvider: [String: Int]? {
        get throws(EngineError) {
            guard recordsPlacement, let table = runtime.placementApi?.pointee else { return nil }
            var parts: UnsafePointer<OpaquePointer?>?
            var count = 0
            try runtime.api.check(table.Session_GetEpGraphAssignmentInfo(handle.pointer, &parts, &count))
            var nodes: [String: Int] = [:]
            for case let part? in UnsafeBufferPointer(start: parts, count: parts == nil ? 0 : count) {
                var name: UnsafePointer<CChar>?
                try runtime.api.check(table.EpAssignedSubgraph_GetEpName(part, &name))
                var own: UnsafePointer<OpaquePointer?>?
                var ownCount = 0
                try runtime.api.check(table.EpAssignedSubgraph_GetNodes(part, &own, &ownCount))
                nodes[name.map { String(cString: $0) } ?? "", default: 0] += ownCount
            }
            return nodes
        }
    }
}
