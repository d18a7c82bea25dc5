// A setting of the C library's allocator that its Swift module lacks.

#ifndef JOINTRANK_CALLOCATOR_H
#define JOINTRANK_CALLOCATOR_H

#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

/// Makes each block of at least so many bytes a mapping of its own, whose memory goes back to the system when it is freed; does nothing where
/// the library is not glibc.
static inline void JointRankMapBlocks(int byteCount) {
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, byteCount);
#else
    (void)byteCount;
#endif
}

#endif
