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

    /// `hasBuffer`: whether a call has ended, whose buffer is there for the next one.
    private static let calls = Mutex((running: 0, most: 0, hasBuffer: false))

    /// Keeps every call on its caller's thread: results then do not depend on the number of cores, and callers that run side by
    /// side do not wait for each other's idle threads. See ``concurrentMap(count:threads:_:)``.
    private static let oneThread: Void = openblas_set_num_threads(1)

    /// - Throws: ``LinearAlgebraError/outOfMemory(bytes:)``.
    init() throws(LinearAlgebraError) {
        Self.oneThread
        let hasRoom = Self.calls.withLock { calls in
            if calls.running == calls.most {
                // The calls that go on may not have their buffers yet.
                let buffers = calls.running + 1 - (calls.hasBuffer ? 1 : 0)
                guard let room = malloc(Self.bytes * max(buffers, 1)) else { return false }
                free(room)
                calls.most += 1
            }
            calls.running += 1
            return true
        }
        guard hasRoom else { throw .outOfMemory(bytes: Self.bytes) }
    }

    deinit {
        Self.calls.withLock { calls in
            calls.running -= 1
            calls.hasBuffer = true
        }
    }
}
