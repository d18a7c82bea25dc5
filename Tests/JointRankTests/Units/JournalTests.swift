import Foundation
import TestSupport
import Testing

@testable import JointRank

@Suite("Finished work, kept for an interrupted run")
struct JournalTests {
    private let folder: TemporaryFolder
    private let fingerprint: RunFingerprint

    init() throws {
        folder = try TemporaryFolder()
        let data = try folder.write(Data("samples".utf8), to: "data.npz")
        let options = CompressionOptions(model: "model.onnx", calibration: data, output: "", mode: .lossless)
        fingerprint = try RunFingerprint(of: options, modelFiles: ["the model": "digest"])
    }

    private func opened(restart: Bool = false) throws -> WorkFolder {
        try WorkFolder(folder.path("work"), fingerprint, restart: restart)
    }

    /// Does a piece of work that results in a number.
    private func number(_ journal: Journal, _ kind: String, _ make: () throws -> Double) throws -> Double {
        try journal.value(
            kind,
            writing: { number in
                var record = Record()
                record.set("number", [number])
                return record
            }, reading: { try ($0.elements("number") as [Double])[0] }, make)
    }

    /// Work that must have been done already.
    private func forbidden() throws -> Double {
        Issue.record("the work was done again")
        return 0
    }

    @Test("Without a folder everything is done, each time")
    func nothingKept() throws {
        let journal = Journal(nil)
        var times = 0
        for _ in 0..<2 {
            #expect(
                try number(journal, "a") {
                    times += 1
                    return 5
                } == 5)
        }
        #expect(times == 2)
    }

    @Test("A second run reads what the first has finished, piece by piece, by kind and order")
    func read() throws {
        do {
            let journal = Journal(try opened())
            #expect(try number(journal, "a") { 1 } == 1)
            #expect(try number(journal, "b") { 2 } == 2)
            #expect(try number(journal, "a") { 3 } == 3)
        }
        let journal = Journal(try opened())
        #expect(try number(journal, "a", forbidden) == 1)
        #expect(try number(journal, "b", forbidden) == 2)
        #expect(try number(journal, "a", forbidden) == 3)
        #expect(try number(journal, "a") { 4 } == 4)
    }

    @Test("Pieces within a piece are known within it, and go when it is finished")
    func nested() throws {
        do {
            let journal = Journal(try opened())
            #expect(try journal.within("outer") { try number(journal, "a") { 1 } } == 1)
            // As if the process ended between the two.
            #expect(throws: CancellationError.self) {
                try number(journal, "whole") {
                    _ = try number(journal, "part") { 7 }
                    throw CancellationError()
                }
            }
        }
        let journal = Journal(try opened())
        #expect(try journal.within("outer") { try number(journal, "a", forbidden) } == 1)
        #expect(try number(journal, "whole") { try number(journal, "part", forbidden) + 1 } == 8)
        let entries = try FileManager.default.subpathsOfDirectory(atPath: folder.path("work/entries")).sorted()
        #expect(entries == ["outer-1", "outer-1/a-1.safetensors", "whole-1.safetensors"])
    }

    @Test("A file that is not as it was written counts as none")
    func damaged() throws {
        do { _ = try number(Journal(try opened()), "a") { 1 } }
        try folder.write(Data("damaged".utf8), to: "work/entries/a-1.safetensors")
        #expect(try number(Journal(try opened()), "a") { 2 } == 2)
        #expect(try number(Journal(try opened()), "a", forbidden) == 2)
    }

    @Test("Another run's folder is refused, and thrown away when that is wanted")
    func otherRun() throws {
        do { _ = try number(Journal(try opened()), "a") { 1 } }
        let options = CompressionOptions(
            model: "model.onnx", calibration: folder.path("data.npz"), output: "", mode: .lossless, keepParameters: 0.5)
        let other = try RunFingerprint(of: options, modelFiles: ["the model": "digest"])
        let error = #expect(throws: JointRankError.self) { try WorkFolder(folder.path("work"), other, restart: false) }
        #expect(error?.description.contains("--keep-params was not given and is 0.5") == true)
        #expect(try !WorkFolder(folder.path("work"), other, restart: true).hasEntries)
    }
}
