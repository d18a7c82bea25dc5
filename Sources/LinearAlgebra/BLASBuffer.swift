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

    /// `buffers`: the addresses of those that OpenBLAS has, as many as calls have ever gone on at the same time.
    private static let calls = Mutex((running: 0, buffers: Set<UInt>()))

    /// Keeps every call on its caller's thread: results then do not depend on the number of cores, and callers that run side by
    /// side do not wait for each other's idle threads. See ``concurrentMap(count:threads:_:)``.
    private static let oneThread: Void = openblas_set_num_threads(1)

    /// - Throws: ``LinearAlgebraError/outOfMemory(bytes:)``.
    init() throws(LinearAlgebraError) {
        Self.oneThread
        let hasRoom = Self.calls.withLock { calls in
            if calls.running >= calls.buffers.count {
                guard Self.hasRoom, Self.add(to: &calls.buffers) else { return false }
            }
            calls.running += 1
            return true
        }
        guard hasRoom else { throw .outOfMemory(bytes: Self.bytes) }
    }

    deinit {
        Self.calls.withLock { $0.running -= 1 }
    }

    /// Whether there is room for one more buffer. Not by `malloc`, which the optimiser leaves out where nothing is stored.
    private static var hasRoom: Bool {
        let room = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
        guard let room, room != UnsafeMutableRawPointer(bitPattern: -1) else { return false }
        munmap(room, bytes)
        return true
    }

    /// Has OpenBLAS allocate one more buffer, at once: small products need none, so that the room could be gone when a call wants it.
    private static func add(to known: inout Set<UInt>) -> Bool {
        var taken: [UnsafeMutableRawPointer] = []
        defer { for buffer in taken { blas_memory_free(buffer) } }
        // The known ones that no call is using come first.
        while let buffer = blas_memory_alloc(0) {
            taken.append(buffer)
            if known.insert(UInt(bitPattern: buffer)).inserted { return true }
        }
        return false
    }
}
