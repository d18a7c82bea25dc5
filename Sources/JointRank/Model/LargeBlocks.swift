internal import CAllocator

/// How the process's allocator treats large blocks.
enum LargeBlocks {
    /// Bytes from which on a block is one of its own.
    private static let smallest: Int32 = 1 << 17

    private static let setting: Void = JointRankMapBlocks(smallest)

    /// Gives the memory of large blocks back as soon as they are freed, from now on: by itself glibc keeps what was freed between blocks that
    /// are still in use, once blocks of up to 32 MiB have been freed. That is faster, and can take several times what is in use, which a
    /// huge model leaves no room for.
    static func giveBackWhenFreed() { setting }
}
