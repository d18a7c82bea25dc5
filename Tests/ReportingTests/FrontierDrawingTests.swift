import Foundation
import Reporting
import Testing

@Suite("Frontier drawings")
struct FrontierDrawingTests {
    @Test("The page has charts of accuracy and loss and a table, the picture one chart; equal reports give equal bytes")
    func content() throws {
        let drawing = FrontierDrawing(SampleReports.frontier)
        let page = try elements(drawing.html())
        #expect(page["svg"] == 6)
        #expect(page["tr"] == 4)
        #expect(try elements(drawing.svg())["svg"] == 1)
        #expect(drawing.svg().hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
        #expect(drawing.html() == FrontierDrawing(SampleReports.frontier).html())
        for figure in ["-0.0020 \u{B1} 0.0120", "+0.0177", "9 000", "select (n = 100)", "certify, n = 80", "certified on a quarter"] {
            #expect(drawing.html().contains(figure), "\(figure)")
        }
    }

    @Test("Nothing is run and nothing is loaded")
    func selfContained() throws {
        let html = FrontierDrawing(SampleReports.frontier).html()
        for word in ["<script", "<link", "<img", "src=", "href=", "url(", "@import", "onload"] { #expect(!html.contains(word), "\(word)") }
    }

    @Test("The smallest lossless point is marked in every chart and in the table")
    func smallestLossless() {
        let html = FrontierDrawing(SampleReports.frontier).html()
        for label in ["smallest lossless: 50.0 %", "smallest lossless: 64.0 %", "<tr class=\"smallest\"><td class=\"left\" data-label"] {
            #expect(html.contains(label), "\(label)")
        }
        // In the charts of the loss: of its accuracy nothing is known.
        #expect(html.components(separatedBy: "class=\"ring\"").count == 4)
        #expect(html.components(separatedBy: "class=\"smallest\"").count == 2)
        for index in [nil, 3, -1] {
            var report = SampleReports.frontier
            report.smallestLossless = index
            #expect(!FrontierDrawing(report).html().contains("class=\"ring\""))
            #expect(FrontierDrawing(report).html().contains("No point is lossless."))
        }
    }

    @Test("A point stands where its figures say, between ticks at round numbers")
    func positions() {
        // Certified -0.02, -0.002 and selected 0.09, with bars: the axis goes from -0.05 to 0.1 in steps of 0.05.
        let svg = FrontierDrawing(SampleReports.frontier).svg()
        for tick in [">-0.05<", ">0<", ">+0.05<", ">+0.10<", ">20<", ">100<"] { #expect(svg.contains(tick), "\(tick)") }
        // 5 characters of labels: the plot is 44 to 346 wide for 20 to 100 %, and 246 to 70 high.
        #expect(svg.contains("<circle class=\"selected\" cx=\"62.9\" cy=\"81.7\" r=\"3.5\"/>"))
        #expect(svg.contains("<circle class=\"certified\" cx=\"157.2\" cy=\"189.7\" r=\"3.5\"/>"))
        #expect(svg.contains("<path class=\"zero\" d=\"M44.0 187.3H346.0\"/>"))
    }

    @Test("Accuracy stands before the loss, in percentage points, with its lower bound")
    func accuracy() throws {
        var report = SampleReports.frontier
        let html = FrontierDrawing(report).html()
        let accuracy = try #require(html.range(of: "top-1 against kept parameters"))
        #expect(try accuracy.lowerBound < #require(html.range(of: "Loss against kept parameters")).lowerBound)
        for text in [
            "change of top-1, percentage points; above 0 is better", "faint: to the 95 % lower bound", ">-4<", "+1.00 pp \u{B1} 1.73",
        ] {
            #expect(html.contains(text), "\(text)")
        }
        for index in report.points.indices { report.points[index].accuracy = nil }
        #expect(!FrontierDrawing(report).html().contains("percentage points"))
        #expect(try elements(FrontierDrawing(report).html())["svg"] == 3)
    }

    @Test("Quantities that are not known have no chart and no column")
    func unknownQuantities() throws {
        var report = SampleReports.frontier
        report.original.macs = nil
        for index in report.points.indices { report.points[index].latencyMs = nil }
        let html = FrontierDrawing(report).html()
        #expect(try elements(html)["svg"] == 2)
        #expect(!html.contains("latency kept") && !html.contains("MACs kept"))
    }

    @Test("Names from outside cannot become markup")
    func escapedNames() throws {
        let hostile = "</title><script>alert(\"&'\")</script>\u{0}\n\u{FFFE}]]>"
        var report = SampleReports.frontier
        report.model = hostile
        report.method = hostile
        report.optimize = hostile
        report.version = hostile
        report.notes = [hostile]
        report.points[0].name = hostile
        report.points[0].verdict = hostile
        report.points[0].metric?.name = hostile
        let html = FrontierDrawing(report).html()
        #expect(try elements(html)["script"] == nil)
        #expect(html.contains("&lt;/title&gt;&lt;script&gt;alert(&quot;&amp;&#39;&quot;)&lt;/script&gt;\\0\\n\u{FFFD}]]&gt;"))
        #expect(try elements(FrontierDrawing(report).svg())["svg"] == 1)
    }

    @Test("Degenerate frontiers are drawn without figures that are none", arguments: SampleReports.degenerateFrontiers)
    func degenerate(report: FrontierReport) throws {
        let drawing = FrontierDrawing(report)
        #expect(try elements(drawing.html())["svg"] ?? 0 >= 1)
        #expect(try elements(drawing.svg())["svg"] == 1)
        for text in [drawing.svg(), drawing.html(), report.text()] {
            // `inf` also begins words: a number stands alone.
            #expect(text.firstMatch(of: /(^|[^a-z])[-+]?(nan|inf)([^a-z]|$)/.ignoresCase()) == nil)
        }
    }
}
