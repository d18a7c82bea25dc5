internal import Foundation
internal import LinearAlgebra

enum Restart {
    /// Tells the command that it was started again.
    private static let mark = "JOINTRANK_RESTARTED"

    /// Starts the command again, in the same process, where OpenBLAS has taken slow kernels: it chooses them once, before anything else runs.
    ///
    /// Returns where that is not needed, or not possible. Programs that the command starts see the environment as the user left it: their own
    /// OpenBLAS may know better.
    static func withBetterKernels() {
        #if os(Linux)
            if getenv(mark) != nil { return restoreEnvironment() }
            guard let kernels = BLASKernels.better,
                let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            else { return }
            setenv(BLASKernels.variable, kernels, 1)
            setenv(mark, "1", 1)
            // The path, so that the process keeps its name.
            execv(program, CommandLine.unsafeArgv)
            restoreEnvironment()
        #endif
    }

    private static func restoreEnvironment() {
        unsetenv(BLASKernels.variable)
        unsetenv(mark)
    }
}
