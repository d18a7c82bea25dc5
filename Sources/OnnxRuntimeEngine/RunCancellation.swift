internal import COnnxRuntime
internal import Synchronization

/// Stops runs from another thread, such as from a task's cancellation handler.
///
/// The runtime looks at it between two operators of the graph. Once cancelled it stays so: runs that are started with it
/// later stop at once.
package final class RunCancellation: Sendable {
    let options: Handle
    private let runtime: Runtime
    private let flag = Atomic(false)

    /// - Throws: as ``Runtime/shared()``.
    package init() throws(EngineError) {
        let runtime = try Runtime.shared()
        let table = runtime.api.pointee
        options = Handle(try runtime.api.object(table.CreateRunOptions), release: table.ReleaseRunOptions)
        self.runtime = runtime
    }

    package var isCancelled: Bool { flag.load(ordering: .acquiring) }

    /// Stops the runs under way, which then throw ``EngineError/cancelled``.
    package func cancel() {
        flag.store(true, ordering: .releasing)
        // Setting the mark only fails for options that do not exist.
        try? runtime.api.check(runtime.api.pointee.RunOptionsSetTerminate(options.pointer))
    }
}
