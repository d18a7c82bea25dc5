import Reporting
import Testing

@Suite("Reports as text")
struct DocumentTextTests {
    @Test("Compression: changed layers, before and after, verdict")
    func compression() {
        #expect(
            SampleReports.compression.text() == """
                layer  op    shape     rank  of  parameters    kept  predicted     measured alone
                conv1  Conv  16x8x3x3     6  16         528  45.8 %   -0.00123  -0.0034 +- 0.0012

                                         before      after                                      change
                parameters               12 000      9 000                                 75.0 % kept
                file size              47.5 KiB   36.0 KiB                                 75.8 % kept
                multiply-accumulates  2 000 000  1 500 000                                 75.0 % kept
                latency (measured)      12.5 ms    10.0 ms                                      0.80 x
                loss                     0.5000     0.4875          -0.0125 +- 0.0100, at most +0.0041
                calibrated loss          0.3750     0.3873          +0.0123 +- 0.0047, at most +0.0221
                best temperature           1.95       1.52
                top-1                   90.00 %    91.00 %  +1.00 pp +- 1.73, falls by at most 4.12 pp
                perplexity               5.2500     5.5000                                     +0.2500
                predictions changed                                                             3.00 %
                'score.py'               2.0000     2.2500                                     +0.2500

                verdict: lossless (100 samples; one-sided 95 % bound)
                certified: top-1 falls by no more than 5 points (95 %, n = 100)
                certified on a quarter
                written: small.onnx
                time: calibrate 1.2 s, plan 2.0 s, verify 0.5 s; peak memory 123 MiB; 2 threads, seed 7
                """)
    }

    @Test("Layers that were not measured have no column for it")
    func unmeasured() {
        var report = SampleReports.compression
        report.layers[0].measured = nil
        #expect(report.text().hasPrefix("layer  op    shape     rank  of  parameters    kept  predicted\nconv1 "))
        #expect(report.text().contains("45.8 %   -0.00123\n"))
    }

    @Test("Compression where nothing was certified: no loss, no layers, no file")
    func nothingWritten() {
        var report = SampleReports.compression
        report.verdict = "not-met"
        report.certified = []
        report.output = nil
        report.notes = ["nothing was written: no smaller model is acceptable"]
        report.holdout = nil
        report.metricCommand = nil
        report.latencyMs = nil
        report.macs = nil
        report.layers = []
        #expect(
            report.text() == """
                              before     after       change
                parameters    12 000     9 000  75.0 % kept
                file size   47.5 KiB  36.0 KiB  75.8 % kept

                verdict: not-met
                nothing was written: no smaller model is acceptable
                time: calibrate 1.2 s, plan 2.0 s, verify 0.5 s; peak memory 123 MiB; 2 threads, seed 7

                sizes measured on the 100 select samples; bounds (95 %) as 100 certify samples are expected to show them:
                  kept  parameters               loss  at most             top-1  falls at most  passes with
                87.5 %      10 500  -0.0200 +- 0.0080
                75.0 %       9 000  -0.0150 +- 0.0090  +0.0040  -1.00 pp +- 1.50        4.00 pp  --max-drop 7% --tolerance 0.022
                50.0 %       6 000  +0.0600 +- 0.0100
                to get 75.0 % of the parameters, repeat it with --max-drop 7% --tolerance 0.022: jointrank compress --max-drop 7%
                the work is kept in 'small.onnx.work', so that the search is not done again; --restart, or deleting the folder, throws it away
                """)
    }

    @Test("Inspection: the model, its values, its layers")
    func inspection() {
        #expect(
            SampleReports.inspection.text() == """
                model.onnx: opset 13, 47.5 KiB, 1 500 parameters, 4 000 multiply-accumulates
                input image: tensor of float32 [?, 3, 8, 8]
                output scores: tensor of float32 [?, 10]

                layer   op             shape     full rank  saves up to  parameters   MACs  treatable
                conv1   Conv           16x8x3x3         16           13       1 152  3 000  yes
                deconv  ConvTranspose                                             0      ?  no: no two-factor form yet

                1 of 2 layers can be factored; they hold 76.8 % of 1 500 parameters
                no gradient passes these operators (nodes), and layers in front of them stay as they are: Loop (1), com.example.Fused (2)
                """)
    }

    @Test("Evaluation, alone and against another model")
    func evaluation() {
        var report = SampleReports.evaluation
        #expect(
            report.text() == """
                small.onnx on test.npz: 100 samples
                loss 0.4875 +- 0.0200, top-1 91.00 %, perplexity 5.5000
                against model.onnx: loss 0.5000, top-1 90.00 %, perplexity 5.2500
                difference -0.0125 +- 0.0100, at most +0.0041 (one-sided 95 % bound); perplexity +0.2500
                top-1 +1.00 pp +- 1.73, falls by at most 4.12 pp (95 %)
                calibrated loss +0.0123 +- 0.0047, at most +0.0221 (temperatures 1.95 and 1.52)
                predictions changed 3.00 %
                a bound needs more
                """)
        report.against = nil
        report.notes = []
        #expect(report.text() == "small.onnx on test.npz: 100 samples\nloss 0.4875 +- 0.0200, top-1 91.00 %, perplexity 5.5000")
    }

    @Test("A share that has risen beyond doubt, and answers that are neither right nor wrong")
    func answers() throws {
        var report = SampleReports.evaluation
        report.against?.accuracy?.fallUpperBound95 = -0.002
        report.against?.calibrated?.temperatures.after = .nan
        #expect(report.text().contains("\ntop-1 +1.00 pp +- 1.73, rises by at least 0.20 pp (95 %)\n"))
        #expect(report.text().contains("(temperatures 1.95 and ?)"))
        report.against?.accuracy = nil
        report.against?.calibrated = nil
        report.against?.disagreement = nil
        #expect(report.text().hasSuffix("; top-1 +1.00 pp; perplexity +0.2500\na bound needs more"))
    }

    @Test("Sensitivity: predicted beside measured, and how they go together")
    func sensitivity() {
        let report = SampleReports.sensitivity
        #expect(report.inRange.points == 3 && report.outOfRange.points == 1 && report.smallCurvature.points == 0)
        #expect(abs((report.inRange.correlation ?? 0) - 1) < 1e-12)
        #expect(abs(report.inRange.rootMeanSquareError - 0.1) < 1e-12)
        #expect(abs(report.inRange.errorInStandardErrors - 10) < 1e-10)
        #expect(report.outOfRange == .init(points: 1, correlation: nil, rootMeanSquareError: 0.375, errorInStandardErrors: 37.5))
        #expect(
            report.text() == """
                layer  rank  of  first order  curvature  predicted  measured              range    top-1             calibrated loss
                a         1   4     -0.50000   +0.10000   -0.40000  -0.30000  +- 0.01000  inside
                a         2   4     -0.25000   +0.05000   -0.20000  -0.10000  +- 0.01000  inside
                b         1   2     +0.20000   +0.10000   +0.30000  +0.40000  +- 0.01000  inside
                b         2   3     +0.12500   +0.25000   +0.37500  +0.75000  +- 0.01000  outside  +1.00 pp +- 1.73  +0.0123 +- 0.0047

                predicted on 60 samples, measured on 30 others
                inside the perturbation range: 3 points, correlation 1.000, root mean square error 0.10000, which is 10.00 standard \
                errors of the measurement
                outside it: 1 points, root mean square error 0.37500, which is 37.50 standard errors of the measurement
                curvature of at most 0.03: 0 points, root mean square error 0.00000, which is 0.00 standard errors of the measurement
                """)
    }

    @Test("Names cannot break lines or steer the terminal")
    func controlCharacters() {
        var report = SampleReports.compression
        report.layers[0].name = "conv\n\u{1b}[2J"
        report.notes = ["a\u{2028}b"]
        #expect(report.text().contains("conv\\n\\u{1B}[2J  Conv"))
        #expect(report.text().contains("\na\\u{2028}b\n"))
        #expect("plain äöü 層".onOneLine == "plain äöü 層")
    }
}
