import Foundation
import JointRank
import Reporting
import TestSupport
import Testing

@Suite("jointrank compress --metric-command")
struct MetricCommandTests {
    /// A workspace with an executable script that sees the model's path as its last argument.
    private func workspace(_ script: String) throws -> Workspace {
        let workspace = try Workspace(samples: 240)
        try workspace.folder.write(Data(("#!/bin/sh\n" + script + "\n").utf8), to: "judge")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.folder.path("judge"))
        return workspace
    }

    private static let size = ["--mode", "lossless", "--keep-params", "0.6"]

    @Test("The program's last line is reported for the original and for the result")
    func reported() throws {
        // The size in bytes, which every compression lowers.
        let workspace = try workspace(#"echo starting; echo "$1/$2" >&2; wc -c < "$2"; echo"#)
        let report = try workspace.report("--mode", "lossless", "--keep-params", "0.6", "--metric-command", "./judge 'two  words' {}")
        let metric = try #require(report.metricCommand)
        #expect(metric.command == ["./judge", "two  words", "{}"])
        #expect(metric.before == Double(report.bytes.before))
        #expect(metric.after == Double(report.bytes.after))
        #expect(report.output != nil && metric.tolerance == nil)
        #expect(report.text().contains("'./judge'"))
    }

    @Test("The program sees the user's environment, not the kernels that the command has chosen for itself")
    func environment() throws {
        let workspace = try workspace(#"env | grep -cE '^(OPENBLAS_CORETYPE|JOINTRANK_RESTARTED)='; true"#)
        let report = try workspace.report("--mode", "lossless", "--keep-params", "0.6", "--metric-command", "./judge")
        #expect(report.metricCommand?.before == 0 && report.metricCommand?.after == 0)
    }

    @Test("A result that is worse by more than the tolerance is refused: exit code 3, nothing written")
    func refused() throws {
        let workspace = try workspace(#"wc -c < "$1""#)
        let before = try workspace.folder.contents()
        let refused = try workspace.report(
            "--mode", "lossless", "--keep-params", "0.6", "--metric-command", "./judge", "--metric-tolerance", "1", exitCode: 3)
        #expect(refused.output == nil && refused.verdict == "not-met")
        #expect(refused.notes.contains { $0.hasPrefix("nothing was written: the number that './judge' gives is worse by ") })
        #expect(try workspace.folder.contents() == before)
        for options in [["--metric-tolerance", "1e9"], ["--metric-direction", "lower", "--metric-tolerance", "0"]] {
            let outcome = try Command.run(
                Workspace.arguments(Self.size + ["--metric-command", "./judge"] + options), in: workspace.folder.path)
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
        }
    }

    @Test("A program that fails, prints no number or takes too long ends the run in one line")
    func failures() throws {
        let workspace = try workspace(
            #"""
            case "$1" in
            fail) echo one >&2; echo two >&2; echo three >&2; echo four >&2; exit 7 ;;
            word) echo 5; echo good ;;
            nothing) ;;
            nan) echo nan ;;
            kill) kill -9 $$ ;;
            slow) sleep 100 & wait ;;
            esac
            """#)
        func expect(_ exitCode: Int32, _ message: String, _ options: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
            try workspace.expectFailure(
                Workspace.arguments(Self.size + options), exitCode: exitCode, message, sourceLocation: sourceLocation)
        }
        try expect(65, "'./judge': it ended with exit code 7: two | three | four", "--metric-command", "./judge fail")
        try expect(65, "its last line 'good' is no number", "--metric-command", "./judge word")
        try expect(65, "it printed nothing", "--metric-command", "./judge nothing")
        try expect(65, "its result nan is not finite", "--metric-command", "./judge nan")
        try expect(65, "it was ended by signal 9", "--metric-command", "./judge kill")
        try expect(65, "it took longer than 0.3 s", "--metric-command", "./judge slow", "--metric-time-limit", "0.3")
        try expect(66, "'./none' cannot be started: no such file", "--metric-command", "./none")
        try expect(64, "a quotation mark is not closed", "--metric-command", "./judge 'a")
        try expect(64, "names no program", "--metric-command", "  ")
        try expect(64, "are for a --metric-command", "--metric-tolerance", "1")
        try expect(64, "--metric-tolerance -1.0", "--metric-command", "./judge", "--metric-tolerance", "-1")
        try expect(64, "--metric-time-limit 0.0", "--metric-command", "./judge", "--metric-time-limit", "0")
    }

    @Test("Words are parted by blanks, and quotes hold them together")
    func words() {
        #expect(MetricOptions.words(of: " a  b\tc ") == ["a", "b", "c"])
        #expect(
            MetricOptions.words(of: #"a 'b c' "d 'e" f"g h"i '' $HOME \n *"#) == ["a", "b c", "d 'e", "fg hi", "", "$HOME", #"\n"#, "*"])
        #expect(MetricOptions.words(of: "a 'b") == nil)
        #expect(MetricOptions.words(of: "") == [])
    }

    @Test("Ctrl-C ends the program together with what it started", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) throws {
        let workspace = try workspace("sleep 300 & echo $! > pids.new; echo $$ >> pids.new; mv pids.new pids; wait")
        let running = try Command.start(Workspace.arguments(Self.size + ["--metric-command", "./judge"]), in: workspace.folder.path)
        let start = ContinuousClock.now
        while !FileManager.default.fileExists(atPath: workspace.folder.path("pids")), running.process.isRunning {
            try #require(ContinuousClock.now - start < .seconds(60))
            usleep(5000)
        }
        kill(running.process.processIdentifier, signal)
        let outcome = try running.finish()
        #expect(outcome.exitCode == 130 && outcome.errors == "jointrank: interrupted\n")
        let pids = String(decoding: try workspace.folder.read("pids"), as: UTF8.self).split(separator: "\n").compactMap { pid_t($0) }
        #expect(pids.count == 2)
        for pid in pids {
            // An orphan that was killed may wait for its new parent to take notice.
            let state = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8))?.split(separator: ")").last?.prefix(2)
            #expect(state == nil || state == " Z", "process \(pid) goes on")
        }
    }

    @Test("The program can be ended by the signals that this program ignores")
    func signals() throws {
        let workspace = try workspace("(sleep 60; echo late) & kill -TERM $!; wait $!; echo $?")
        let report = try workspace.report("--mode", "lossless", "--keep-params", "0.6", "--metric-command", "./judge")
        #expect(report.metricCommand?.before == 143)
    }
}
