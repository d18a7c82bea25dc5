internal import Foundation
internal import LinearAlgebra

enum Restart {
    /// Starts the command again, in the same process, where OpenBLAS has taken slow kernels: it chooses them once, before anything else runs.
    ///
    /// Returns where that is not needed, or not possible.
    static func withBetterKernels() {
        #if os(Linux)
            guard let kernels = BLASKernels.better else { return }
            setenv(BLASKernels.variable, kernels, 1)
            execv("/proc/self/exe", CommandLine.unsafeArgv)
        #endif
    }
}
