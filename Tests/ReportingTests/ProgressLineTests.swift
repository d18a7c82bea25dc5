import Testing

@testable import Reporting

@Suite("Progress lines")
struct ProgressLineTests {
    @Test(
        "The remaining time is what the work done so far suggests",
        arguments: [
            (Progress(task: "calibrating", completed: 30, total: 120), 4.0, "calibrating: 30/120, 25 %, 12 s left"),
            (Progress(task: "calibrating", completed: 1, total: 301), 1.0, "calibrating: 1/301, 0 %, 5 min 00 s left"),
            (Progress(task: "calibrating", completed: 119, total: 120), 0.05, "calibrating: 119/120, 99 %, 1 s left"),
        ])
    func remainingTime(progress: Progress, elapsed: Double, line: String) {
        #expect(ProgressPrinter.line(progress, elapsed: elapsed) == line)
    }

    @Test("The first and the last line of a stage")
    func ends() {
        #expect(ProgressPrinter.line(Progress(task: "a", completed: 0, total: 8), elapsed: 0) == "a: 8 to do")
        #expect(ProgressPrinter.line(Progress(task: "a", completed: 8, total: 8), elapsed: 61.5) == "a: 8 done in 1 min 02 s")
    }

    @Test("No time is guessed from the first moments")
    func firstMoments() {
        #expect(ProgressPrinter.line(Progress(task: "a", completed: 7, total: 8), elapsed: 0.04) == "a: 8 to do")
    }

    @Test("An unknown amount of work has no remaining time")
    func unknownTotal() {
        #expect(ProgressPrinter.line(Progress(task: "searching", completed: 0, total: nil), elapsed: 3) == "searching")
        #expect(ProgressPrinter.line(Progress(task: "searching", completed: 5, total: nil), elapsed: 3) == "searching: 5")
        #expect(ProgressPrinter.line(Progress(task: "searching", completed: 0, total: 0), elapsed: 3) == "searching")
    }

    @Test("Whole durations in seconds")
    func seconds() {
        #expect(Duration.milliseconds(1500).seconds == 1.5)
        #expect(Duration.seconds(-2).seconds == -2)
    }
}
