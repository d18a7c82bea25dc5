import Reporting
import Testing

@Suite("Text tables")
struct TextTableTests {
    @Test("Columns are as wide as their widest cell and keep their side")
    func alignment() {
        var table = TextTable([("layer", .left), ("rank", .right), ("note", .left)])
        table.append(["conv1", "12", "kept"])
        table.append(["a longer name", "3", ""])
        #expect(
            table.text() == """
                layer          rank  note
                conv1            12  kept
                a longer name     3
                """)
    }

    @Test("A table without rows is its header")
    func noRows() {
        #expect(TextTable([("a", .left), ("b", .right)]).text() == "a  b")
    }

    @Test("Rows may be shorter than the header")
    func shortRow() {
        var table = TextTable([("a", .left), ("b", .right)])
        table.append(["x"])
        #expect(table.text() == "a  b\nx")
    }

    @Test("Characters count, not bytes")
    func characters() {
        var table = TextTable([("é", .left), ("b", .left)])
        table.append(["übung", "x"])
        #expect(table.text() == "é      b\nübung  x")
    }
}
