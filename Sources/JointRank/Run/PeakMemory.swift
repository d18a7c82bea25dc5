internal import Foundation

/// The process's peak resident memory, as the operating system counts it.
enum PeakMemory {
    static var mebibytes: Double {
        var usage = rusage()
        // Linux counts in KiB, Darwin in bytes; glibc's constant is of an enumeration type of its own.
        #if os(Linux)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return Double(usage.ru_maxrss) / 1024
        #else
            getrusage(RUSAGE_SELF, &usage)
            return Double(usage.ru_maxrss) / 1_048_576
        #endif
    }
}
