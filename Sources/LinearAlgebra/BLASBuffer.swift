internal import CLAPACK
internal import Foundation
internal import Synchronization

/// The right to call OpenBLAS, which works in a buffer for each call that goes on at the same time, and keeps it for later ones.
///
/// Where it gets no memory for one, OpenBLAS before 0.3.22 asks again for ever, and later versions end the process. So it is asked for here
/// first, whenever more calls go on than ever before.
struct BLASBuffer: ~Copyable {
    /// Of the library that Debian and Ubuntu build for x86-64: 128 MiB, and what the allocator adds.
    private static let bytes = 129 << 20

    private static let calls = Mutex((running: 0, most: 0))

    /// Keeps every call on its caller's thread: results then do not depend on the number of cores, and callers that run side by
    /// side do not wait for each other's idle threads. See ``concurrentMap(count:threads:_:)``.
    private static let oneThread: Void = openblas_set_num_threads(1)

    /// - Throws: ``LinearAlgebraError/outOfMemory(bytes:)``.
    init() throws(LinearAlgebraError) {
        Self.oneThread
        let hasRoom = Self.calls.withLock { calls in
            if calls.running == calls.most {
                guard let room = malloc(Self.bytes) else { return false }
                free(room)
                calls.most += 1
            }
            calls.running += 1
            return true
        }
        guard hasRoom else { throw .outOfMemory(bytes: Self.bytes) }
    }

    deinit {
        Self.calls.withLock { $0.running -= 1 }
    }
}
