import Foundation
import Reporting
import Testing

@Suite("The page of a compression")
struct CompressionPageTests {
    private func page(_ change: (inout CompressionReport) -> Void = { _ in }) -> String {
        var report = SampleReports.compression
        change(&report)
        return CompressionPage(report).html()
    }

    @Test("Verdict, sizes, walk, layers, predictions and the run, in this order; equal reports give equal bytes")
    func content() throws {
        let html = page()
        let counts = try elements(html)
        #expect(counts["svg"] == 3)
        #expect(counts["table"] == 3)
        let order = [
            ">lossless<", "n = 100, --max-drop 5%, --tolerance 0.005", "Written: small.onnx", "<h2>Before and after</h2>", "not measured",
            "<h2>Measured sizes</h2>", "chosen: 75.0 %", "<h2>Layers</h2>", "first order", "not worth it", "<h2>Predictions</h2>",
            "as predicted", "<h2>The run</h2>", "ONNX Runtime 1.2.4", "Processor 9", "seed",
            "<pre>jointrank compress model.onnx --exclude &#39;it&#39;\\&#39;&#39;s *&#39;</pre>",
        ]
        var rest = html[...]
        for piece in order {
            let found = try #require(rest.range(of: piece), "\(piece) is missing, or stands too early")
            rest = rest[found.upperBound...]
        }
        #expect(html == page())
    }

    @Test("What layers change by themselves stands beside what was predicted, or how to measure it")
    func measuredLayers() {
        let html = page()
        #expect(html.contains("-0.0034 \u{B1} 0.0012") && html.contains("on the select samples (n = 100)"))
        // Of another change than the measured one, which its title says.
        #expect(html.contains("data-label=\"predicted, last step\">-0.00123<"))
        let without = page { $0.layers[0].measured = nil }
        #expect(!without.contains("data-label=\"measured alone\""))
        #expect(without.contains("What single layers do to the loss was not measured; --measure-layers does that."))
    }

    @Test("Times of a layer that was changed stand with one unit, that of a dense one by itself")
    func layerTimes() {
        #expect(page().contains("data-label=\"time\">0.250 \u{2192} 0.125 ms<"))
        let dense = page { $0.layers[0].form = "dense" }
        #expect(dense.contains("data-label=\"time\">0.250 ms<"))
    }

    @Test("Nothing is run and nothing is loaded")
    func selfContained() {
        for word in ["<script", "<link", "<img", "<iframe", "src=", "href=", "url(", "@import", "onload", "style="] {
            #expect(!page().contains(word), "\(word)")
        }
    }

    @Test("Each verdict has a sentence that its figures bear out")
    func verdicts() {
        func sentence(_ verdict: String, difference: Double = -0.01, bound: Double = 0.004) -> String {
            page { report in
                report.verdict = verdict
                report.holdout?.loss.difference = difference
                report.holdout?.loss.upperBound95 = bound
            }
        }
        #expect(sentence("acceptable").contains("Certified: top-1 falls by no more than 5 points (95 %, n = 100)."))
        func refused(_ change: (inout CompressionReport) -> Void) -> String {
            page { report in
                report.verdict = "not-met"
                report.certified = []
                change(&report)
            }
        }
        func refused(difference: Double) -> String {
            refused { report in
                report.metricCommand = nil
                report.holdout?.loss.difference = difference
            }
        }
        let judged = refused { $0.metricCommand?.after = 2.75 }
        #expect(judged.contains("but the program that judges the result refuses it."))
        // It was 2, and lower is better: 2.25 is within 0.5.
        #expect(!refused { _ in }.contains("refuses it"))
        #expect(refused(difference: -0.01).contains("which is no proof by itself: a bound is above its limit."))
        #expect(refused(difference: 0.01).contains("What was asked for cannot be said to hold: a bound is above its limit."))
        let unlimited = refused { ($0.metricCommand, $0.tolerance, $0.maximumDrop) = (nil, nil, nil) }
        #expect(unlimited.contains("It cannot be said that nothing is measurably worse"))
        let nothing = page { report in
            report.verdict = "not-met"
            report.holdout = nil
            report.output = nil
        }
        #expect(nothing.contains("No smaller model was found that could be certified.") && nothing.contains("Nothing was written."))
    }

    @Test("What is not known has no column, and what was not measured says so")
    func unknown() throws {
        let html = page { report in
            report.latencyMs = nil
            report.macs = nil
            report.walk = .init(points: [], chosen: nil, measuredCandidates: 0)
            report.command = nil
            report.environment.processor = nil
            for index in report.layers.indices {
                report.layers[index].latencyMs = nil
                report.layers[index].spectrum = nil
            }
        }
        #expect(try elements(html)["svg"] == nil)
        #expect(html.components(separatedBy: ">not measured<").count == 7)
        #expect(!html.contains("data-label=\"time\"") && !html.contains("data-label=\"spectrum\"") && !html.contains("<pre>"))
        let layers = try elements(page { $0.layers = [] })
        #expect(layers["table"] == 2)
    }

    @Test("Names from outside cannot become markup")
    func escapedNames() throws {
        let hostile = "</title></style><script>alert(\"&'\")</script>\u{0}\n\u{FFFE}]]>"
        let html = page { report in
            report.version = hostile
            report.model = hostile
            report.mode = hostile
            report.method = hostile
            report.optimize = hostile
            report.verdict = hostile
            report.output = hostile
            report.notes = [hostile]
            report.holdout?.metric?.name = hostile
            report.environment = .init(onnxRuntime: hostile, processor: hostile, logicalProcessors: 1, operatingSystem: hostile)
            report.command = [hostile]
            for index in report.layers.indices {
                report.layers[index].name = hostile
                report.layers[index].op = hostile
                report.layers[index].form = hostile
                report.layers[index].reason = hostile
            }
        }
        let counts = try elements(html)
        #expect(counts["script"] == nil && counts["title"] == 4 && counts["style"] == 1)
        #expect(html.components(separatedBy: "&lt;script&gt;alert(&quot;&amp;&#39;&quot;)&lt;/script&gt;").count > 12)
    }

    @Test("Figures that are none are drawn as such", arguments: [Double.nan, .infinity, -.infinity, 1e300, 0])
    func degenerate(value: Double) throws {
        let html = page { report in
            report.holdout?.loss = .init(before: value, after: value, difference: value, standardError: value, upperBound95: value)
            report.latencyMs = .init(before: value, after: value)
            for index in report.walk.points.indices {
                report.walk.points[index].keptShare = value
                report.walk.points[index].loss = .init(difference: value, standardError: value)
                report.walk.points[index].step = .init(predicted: value, measured: value, standardError: value)
            }
            report.layers[0].latencyMs = .init(before: value, after: value)
            report.layers[0].predicted = value
            report.layers[0].effectiveRank = value
            report.layers[0].spectrum?.values = [value]
            report.layers[0].spectrum?.components = [1]
            report.walk.chosen = 7
        }
        #expect(try elements(html)["svg"] == 3)
        // `inf` also begins words: a number stands alone.
        #expect(html.firstMatch(of: /(^|[^a-z])[-+]?(nan|inf)([^a-z]|$)/.ignoresCase()) == nil)
    }

    @Test("A spectrum is thinned out to what a small picture shows, its ends included")
    func spectrum() throws {
        let long = try #require(CompressionReport.Spectrum(energies: (0..<1000).map { Double(1000 - $0) }))
        #expect(long.components.count == 48 && long.components.first == 1 && long.components.last == 1000)
        #expect(long.components == long.components.sorted() && Set(long.components).count == 48)
        #expect(long.values.first == 1 && long.values.last == (0.001 as Double).squareRoot())
        #expect(CompressionReport.Spectrum(energies: [4, 1])?.values == [1, 0.5])
        #expect(CompressionReport.Spectrum(energies: [3])?.components == [1])
        for energies in [[], [0, 0], [.nan, 1], [.infinity], [1, -1]] as [[Double]] {
            #expect(CompressionReport.Spectrum(energies: energies) == nil)
        }
    }

    @Test("The cut of a spectrum stands at the rank")
    func cut() {
        // 6 of 16 components on a width of 120.
        #expect(page().contains("<path class=\"cut\" d=\"M45.0 0V30.0\"/>"))
        #expect(page().contains("<title>6 of 16 components kept</title>"))
    }
}
