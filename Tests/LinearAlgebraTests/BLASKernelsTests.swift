import Testing

@testable import LinearAlgebra

@Suite("OpenBLAS's kernels")
struct BLASKernelsTests {
    @Test(
        "They follow what the processor can do",
        arguments: [
            ("fpu sse2 avx2 fma avx512f avx512bw avx512cd avx512dq avx512vl", "SkylakeX"), ("sse2 avx avx2 fma avx512f", "Haswell"),
            ("sse2 avx fma", nil), ("", nil),
        ] as [(String, String?)])
    func choice(flags: String, kernels: String?) {
        #expect(BLASKernels.better(for: "processor\t: 0\nflags\t\t: \(flags)\nbugs\t\t: avx2 fma\n") == kernels)
    }

    @Test("Nothing is known of a processor without flags")
    func unknown() {
        #expect(BLASKernels.better(for: "processor: 0\nFeatures: fp asimd") == nil)
    }
}
