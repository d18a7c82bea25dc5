import Reporting
import Testing

@Suite("Model cards")
struct ModelCardTests {
    @Test("Front matter, verdict, figures and procedure")
    func content() {
        #expect(
            ModelCard(SampleReports.compression, baseModel: "someone/model").markdown() == """
                ---
                library_name: onnx
                tags:
                - onnx
                - compression
                - low-rank
                - jointrank
                base_model: "someone/model"
                metrics:
                - accuracy
                - perplexity
                ---

                # model.onnx, compressed

                This ONNX model keeps 75.0 % of the parameters of model.onnx: weight matrices were replaced by low-rank factors. It needs \
                nothing of jointrank to run.

                ## Verdict: lossless

                Certified: top-1 falls by no more than 5 points (95 %, n = 100).

                The mean loss changes by -0.0125 \u{B1} 0.0100, with 95 % confidence by at most +0.0041; top-1 by +1.00 pp \u{B1} 1.73, it \
                falls by at most 4.12 pp (one-sided bounds; n = 100, --max-drop 5%, --tolerance 0.005).

                - certified on a quarter

                ## Figures

                | | before | after | change |
                |---|--:|--:|--:|
                | parameters | 12 000 | 9 000 | 75.0 % kept |
                | file size | 47.5 KiB | 36.0 KiB | 75.8 % kept |
                | multiply-accumulates | 2 000 000 | 1 500 000 | 75.0 % kept |
                | latency (measured) | 12.5 ms | 10.0 ms | 0.80 x |
                | loss | 0.5000 | 0.4875 | -0.0125 \u{B1} 0.0100, at most +0.0041 |
                | calibrated loss | 0.3750 | 0.3873 | +0.0123 \u{B1} 0.0047, at most +0.0221 |
                | best temperature | 1.95 | 1.52 |  |
                | top-1 | 90.00 % | 91.00 % | +1.00 pp \u{B1} 1.73, falls by at most 4.12 pp |
                | perplexity | 5.2500 | 5.5000 | +0.2500 |
                | predictions changed |  |  | 3.00 % |
                | 'score.py' | 2.0000 | 2.2500 | +0.2500 |

                Loss and metrics: 100 samples (a quarter) that no choice looked at; loss is the mean in nats, its change with one standard \
                error and the one-sided 95 % upper bound. Latency: the median on Processor 9, 2 threads.

                ## How it was made

                Made by jointrank 1.2.3 with ONNX Runtime 1.2.4, method first-order, mode compact, optimizing balanced, seed 7. Components were \
                fitted on 200 samples, the size was chosen on 100 others, and the written file was judged once on 100 more. Nothing \
                was trained. What is said of the loss holds for data like these.

                ```sh
                jointrank compress model.onnx --exclude 'it'\\''s *'
                ```

                """)
    }

    @Test("Names from outside are neither markup nor front matter")
    func hostile() {
        let hostile = "a\n---\n<script>`|*[x](y)\\\"$"
        var report = SampleReports.compression
        report.model = hostile
        report.notes = [hostile]
        report.holdout?.source = hostile
        report.holdout?.metric?.name = hostile
        report.command = ["jointrank", "```", hostile]
        let card = ModelCard(report, baseModel: hostile).markdown()
        let lines = card.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count { $0 == "---" } == 2)
        #expect(card.contains("base_model: \"a\\\\n---\\\\n<script>`|*[x](y)\\\\\\\"$\""))
        // Outside of the front matter and the fence, markup has lost its meaning.
        let fence = lines.firstIndex { $0.hasPrefix("````") } ?? 0
        let prose = lines[..<fence].filter { !$0.hasPrefix("base_model") }.joined(separator: "\n")
        #expect(prose.firstMatch(of: /[^\\]<script/) == nil)
        #expect(prose.contains("a\\\\n---\\\\n\\<script\\>\\`\\|\\*\\[x\\](y)\\\\\"\\$"))
        #expect(lines[fence] == "````sh")
    }

    @Test("Without a base model, metrics, command or result the card leaves them out")
    func absent() {
        var report = SampleReports.compression
        report.holdout = nil
        report.output = nil
        report.command = nil
        report.latencyMs = nil
        let card = ModelCard(report).markdown()
        for piece in ["base_model", "metrics:", "```", "Latency:"] { #expect(!card.contains(piece), "\(piece)") }
        #expect(card.contains("No smaller model was written") && card.contains("Nothing was certified."))
    }
}
