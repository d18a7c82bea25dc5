import ONNXModel
import Testing

@Suite("Folders of paths")
struct FolderOfPathTests {
    @Test(
        "are what comes before the last name",
        arguments: [
            ("a", ""), ("model.onnx", ""), ("", ""), ("a/", ""), ("a/b", "a"), ("./a", "."), ("../a", ".."), ("/a", "/"), ("/", "/"),
            ("/a/b/", "/a"), ("a//b", "a"), ("//a", "/"), ("a/\u{301}b", "a"),
        ])
    func folders(path: String, folder: String) {
        #expect(path.folderOfPath == folder)
    }
}
