internal import CLAPACK
internal import Foundation

/// Which of its kernels OpenBLAS runs.
///
/// OpenBLAS knows processors by their model numbers, and takes its oldest kernels for one that is newer than itself, which multiply matrices
/// several times slower.
package enum BLASKernels {
    /// The environment variable that OpenBLAS reads while it is loaded.
    package static let variable = "OPENBLAS_CORETYPE"

    /// What OpenBLAS takes where it does not know the processor.
    private static let oldest = "Prescott"

    /// Better kernels for this processor than those that OpenBLAS took; nil where these are fine, or where the user has chosen them.
    package static var better: String? {
        guard getenv(variable) == nil, String(cString: openblas_get_corename()) == oldest,
            String(cString: openblas_get_config()).contains("DYNAMIC_ARCH"),
            let description = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        else { return nil }
        return better(for: description)
    }

    /// - Parameter description: what Linux says of the processor, in `/proc/cpuinfo`.
    static func better(for description: String) -> String? {
        let line = description.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
        let flags = Set(line.split(whereSeparator: \.isWhitespace))
        if flags.isSuperset(of: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]) { return "SkylakeX" }
        return flags.isSuperset(of: ["avx2", "fma"]) ? "Haswell" : nil
    }
}
