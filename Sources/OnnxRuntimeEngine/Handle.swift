/// Sole owner of one of the runtime's objects, released with it.
///
/// Sendable without the compiler's proof: the runtime's objects are bound to no thread, and those that are shared between
/// threads here (session, memory description, run options) are documented as safe to use from several at once.
struct Handle: ~Copyable, @unchecked Sendable {
    typealias Release = @convention(c) (OpaquePointer) -> Void

    let pointer: OpaquePointer
    private let release: Release

    init(_ pointer: OpaquePointer, release: @escaping Release) {
        self.pointer = pointer
        self.release = release
    }

    deinit { release(pointer) }
}
