import Digests
import Foundation
import TestSupport
import Testing

@Suite("Digests")
struct DigestTests {
    @Test(
        "SHA-256 of the examples of FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func examples(text: String, expected: String) throws {
        var whole = SHA256()
        whole.update(text.utf8)
        #expect(whole.finish() == expected)
        let folder = try TemporaryFolder()
        try folder.write(Data(text.utf8), to: "file")
        #expect(try FileDigest.of(folder.path("file")) == expected)
    }

    @Test("A file longer than a chunk has the digest of its bytes in pieces")
    func longFile() throws {
        let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let folder = try TemporaryFolder()
        try folder.write(Data(bytes), to: "file")
        var pieces = SHA256()
        for start in stride(from: 0, to: bytes.count, by: 777_777) { pieces.update(bytes[start..<min(start + 777_777, bytes.count)]) }
        #expect(try FileDigest.of(folder.path("file")) == pieces.finish())
    }

    @Test("A folder's digest changes with the names and the contents of its files, and with nothing else")
    func folders() throws {
        func digest(_ files: [(String, String)]) throws -> String {
            let folder = try TemporaryFolder()
            for (name, text) in files {
                let path = folder.path(name)
                try FileManager.default.createDirectory(
                    atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
                try folder.write(Data(text.utf8), to: name)
            }
            return try FileDigest.of(folder.path)
        }
        let first = try digest([("a/x", "1"), ("b", "2")])
        #expect(try digest([("b", "2"), ("a/x", "1")]) == first)
        #expect(try digest([("a/x", "1"), ("b", "3")]) != first)
        #expect(try digest([("a/y", "1"), ("b", "2")]) != first)
        #expect(try digest([("a/x", "1")]) != first)
    }

    @Test("A device without an end is not read")
    func device() {
        #expect(throws: DigestError(path: "/dev/zero", isMissing: false)) { try FileDigest.of("/dev/zero") }
    }

    @Test("A file that is missing is an error that names it")
    func missing() throws {
        let folder = try TemporaryFolder()
        #expect(throws: DigestError(path: folder.path("none"), isMissing: true)) { try FileDigest.of(folder.path("none")) }
    }
}
