import Files
import Testing

@Suite("Parts of paths")
struct PathPartsTests {
    @Test(
        "The folder is what comes before the last name",
        arguments: [
            ("a", ""), ("model.onnx", ""), ("", ""), ("a/", ""), ("a/b", "a"), ("./a", "."), ("../a", ".."), ("/a", "/"), ("/", "/"),
            ("/a/b/", "/a"), ("a//b", "a"), ("//a", "/"), ("a/\u{301}b", "a"),
        ])
    func folders(path: String, folder: String) {
        #expect(path.folderOfPath == folder)
        #expect(path.folderToOpen == (folder.isEmpty ? "." : folder))
    }

    @Test(
        "The name is the last part, and a folder takes it back",
        arguments: [("a", "a"), ("a/b", "b"), ("/a", "a"), ("./a", "a"), ("a/\u{301}b", "\u{301}b")])
    func names(path: String, name: String) {
        #expect(path.nameOfPath == name)
        #expect(path.folderOfPath.appendingToPath(name) == path)
    }

    @Test("A text in quotes is one line of bounded length")
    func quotes() {
        #expect("a\n\u{1B}[31m\u{202E}b".quoted == "'a\\n\\u{1B}[31m\\u{202E}b'")
        #expect(String(repeating: "x", count: 1000).quoted == "'\(String(repeating: "x", count: 400))…'")
    }
}
