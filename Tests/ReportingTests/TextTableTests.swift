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

    @Test("Names are shortened in the middle where a terminal is too narrow, but stay names")
    func narrow() {
        var table = TextTable([("layer", .left), ("rank", .right)])
        table.append(["/encoder/layer.0/attention/query/MatMul", "12"])
        table.append(["short", "3"])
        #expect(table.text(width: 30) == "layer                     rank\n/encoder/la…query/MatMul    12\nshort                        3")
        // Numbers are never cut.
        #expect(table.text(width: 5).split(separator: "\n")[1] == "/enco…MatMul    12")
        #expect(table.text(width: 500) == table.text(width: nil))
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
