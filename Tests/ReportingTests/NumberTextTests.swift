import Reporting
import Testing

@Suite("Numbers as text")
struct NumberTextTests {
    @Test(
        "Digits are grouped in threes",
        arguments: [
            (0, "0"), (7, "7"), (999, "999"), (1000, "1 000"), (1_234_567, "1 234 567"), (-12, "-12"), (-1234, "-1 234"),
            (Int.max, "9 223 372 036 854 775 807"), (Int.min, "-9 223 372 036 854 775 808"),
        ])
    func grouped(value: Int, text: String) {
        #expect(NumberText.grouped(value) == text)
    }

    @Test("Places after the point are fixed")
    func fixed() {
        #expect(NumberText.fixed(1.23456, 2) == "1.23")
        #expect(NumberText.fixed(-0.5, 0) == "-0")
        #expect(NumberText.fixed(2, 3) == "2.000")
        #expect(NumberText.fixed(.infinity, 2) == "inf")
    }

    @Test("Changes carry their sign")
    func signed() {
        #expect(NumberText.signed(0.01234, 4) == "+0.0123")
        #expect(NumberText.signed(-0.01234, 4) == "-0.0123")
        #expect(NumberText.signed(0, 2) == "+0.00")
    }

    @Test("Shares are percentages")
    func percent() {
        #expect(NumberText.percent(0.91834) == "91.83 %")
        #expect(NumberText.percent(0.5, 0) == "50 %")
        #expect(NumberText.percent(1.25, 1) == "125.0 %")
    }

    @Test(
        "Durations are rounded up to seconds",
        arguments: [
            (0, "0 s"), (0.2, "1 s"), (59, "59 s"), (59.01, "1 min 00 s"), (125, "2 min 05 s"), (3600, "60 min 00 s"),
        ])
    func duration(seconds: Double, text: String) {
        #expect(NumberText.duration(seconds: seconds) == text)
    }

    @Test("Short times have three places", arguments: [(0.12345, "0.123 ms"), (9.5, "9.500 ms"), (10, "10.0 ms"), (1234.56, "1234.6 ms")])
    func milliseconds(value: Double, text: String) {
        #expect(NumberText.milliseconds(value) == text)
    }

    @Test("A duration that is no number, or beyond any, does not stop the program", arguments: [Double.infinity, .nan, 1e300, -5])
    func impossibleDuration(seconds: Double) {
        #expect(!NumberText.duration(seconds: seconds).isEmpty)
    }

    @Test(
        "Bytes have binary units",
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (3482, "3.4 KiB"), (1_258_291, "1.2 MiB"), (1 << 30, "1.0 GiB"),
            (1 << 50, "1024.0 TiB"),
        ])
    func bytes(count: Int, text: String) {
        #expect(NumberText.bytes(count) == text)
    }
}
