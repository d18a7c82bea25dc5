internal import Foundation

/// The one file that inputs are given to a reader in, as users do; its bytes are exchanged for each input.
package struct InputFile: Sendable {
    package let path: String
    private let descriptor: Int32

    /// Makes an empty file in the temporary folder (`TMPDIR`, which `Fuzzing/run` sets to one in memory).
    package init(suffix: String) {
        path = NSTemporaryDirectory() + "/fuzzed-\(getpid())\(suffix)"
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        precondition(descriptor >= 0, "cannot write \(path)")
    }

    package func replaceContent(by bytes: UnsafeRawBufferPointer) {
        let written = ftruncate(descriptor, 0) == 0 ? pwrite(descriptor, bytes.baseAddress, bytes.count, 0) : -1
        precondition(written == bytes.count, "cannot write \(path)")
    }
}
