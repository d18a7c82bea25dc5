import Reporting
import Testing

@Suite("Frontiers as text")
struct FrontierTextTests {
    @Test("A row a point, the smallest lossless one marked")
    func table() {
        #expect(
            SampleReports.frontier.text() == """
                   model          parameters    kept  MACs kept  latency kept             top-1  at least (95 %)   select (n = 100)            certify  \
                at most (95 %)         calibrated  changed  verdict
                   model-75.onnx       9 000  75.0 %     75.0 %        80.0 %  +1.00 pp +- 1.73         -4.12 pp  -0.0300 +- 0.0060  -0.0200 +- 0.0100  \
                       -0.0036  +0.0123 +- 0.0047    3.0 %  better
                *  model-50.onnx       6 000  50.0 %     50.0 %        64.0 %                                     -0.0050 +- 0.0080  -0.0020 +- 0.0120  \
                       +0.0177                              lossless
                   (not written)       3 000  25.0 %                                                              +0.0900 +- 0.0100

                * Smallest lossless point: model-50.onnx, 6 000 of 12 000 parameters.
                certified on a quarter
                original: 12 000 parameters, 2 000 000 multiply-accumulates per sample, 47.5 KiB, 12.5 ms
                method: joint, optimizing size
                samples: fit 200, select 100, certify 80
                time: calibrate 1.2 s, plan 2.0 s, verify 0.5 s
                run: peak memory 123 MiB; 2 threads, seed 7, version 1.2.3
                """)
    }

    @Test("What is known for no point has no column")
    func bare() {
        var report = SampleReports.frontier
        report.points = [report.points[2]]
        report.smallestLossless = nil
        report.notes = []
        #expect(
            report.text().hasPrefix(
                """
                  model          parameters    kept   select (n = 100)
                  (not written)       3 000  25.0 %  +0.0900 +- 0.0100

                No point is lossless.
                original: 12 000 parameters
                """))
    }

    @Test("Names cannot break lines or steer the terminal")
    func controlCharacters() {
        var report = SampleReports.frontier
        report.points[1].name = "a\n\u{1b}[2J"
        report.notes = ["b\u{2028}c"]
        #expect(report.text().contains("*  a\\n\\u{1B}[2J"))
        #expect(report.text().contains("point: a\\n\\u{1B}[2J, 6 000"))
        #expect(report.text().contains("\nb\\u{2028}c\n"))
    }
}
