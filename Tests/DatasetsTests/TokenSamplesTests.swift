import Tensors
import Testing

@testable import Datasets

@Suite("Token ids and other numbers in text files")
struct TokenSamplesTests {
    private let folder = try? TemporaryFolder()

    private static let sequences = [
        WantedInput(name: "input_ids", elementType: .int64, shape: [nil, nil]),
        WantedInput(name: "attention_mask", elementType: .int64, shape: [nil, nil]),
    ]

    private func opened(
        _ text: String, as name: String = "data.jsonl", _ inputs: [WantedInput] = sequences, labels: String? = "labels",
        areClasses: Bool = true
    ) throws -> OpenedSamples {
        let path = try #require(folder).write(Array(text.utf8), to: name)
        return try OpenedSamples(path: path, request: SampleRequest(inputs: inputs, labels: labels, labelsAreClasses: areClasses))
    }

    private func integers(_ samples: OpenedSamples, _ name: String) throws -> [[Int64]] {
        let tensor = try samples.dataset.array(named: name).tensor()
        let values = try #require(tensor.elements(as: Int64.self))
        guard tensor.shape.count == 2 else { return [values] }
        return stride(from: 0, to: values.count, by: tensor.shape[1]).map { Array(values[$0..<$0 + tensor.shape[1]]) }
    }

    private func expect(
        _ message: String, _ text: String, as name: String = "data.jsonl", _ inputs: [WantedInput] = sequences, areClasses: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(sourceLocation: sourceLocation) { try opened(text, as: name, inputs, areClasses: areClasses) } throws: { error in
            let isIn = "\(error)".contains(message)
            if !isIn { Issue.record("\(error)", sourceLocation: sourceLocation) }
            return isIn
        }
    }

    @Test("Rows are filled up to the longest, and a mask is made; other members may be anything")
    func padding() throws {
        let samples = try opened(
            #"""
            {"input_ids": [5, 6, 7], "labels": 1, "text": "a{\n"}

            {"labels": 0, "input_ids": [8], "text": null}
            """#)
        #expect(try integers(samples, "input_ids") == [[5, 6, 7], [8, 0, 0]])
        #expect(try integers(samples, "attention_mask") == [[1, 1, 1], [1, 0, 0]])
        #expect(try integers(samples, "labels") == [[1, 0]])
        #expect(samples.remarks.isEmpty)
    }

    @Test("Labels of positions are filled up with what does not count, and the file's own mask is kept")
    func positions() throws {
        let samples = try opened(
            #"""
            {"input_ids": [5, 6, 7], "attention_mask": [0, 1, 1], "label": [-100, 2, 3]}
            {"input_ids": [8, 9], "attention_mask": [1, 1], "label": [4, -100]}
            """#)
        #expect(try integers(samples, "attention_mask") == [[0, 1, 1], [1, 1, 0]])
        #expect(try integers(samples, "labels") == [[-100, 2, 3], [4, -100, -100]])
    }

    @Test("Without labels, a position's label is the next id that the mask lets count")
    func nextIDs() throws {
        let samples = try opened(
            #"""
            {"input_ids": [5, 6, 7, 8], "attention_mask": [0, 1, 1, 0]}
            {"input_ids": [8, 9], "attention_mask": [1, 1]}
            """#)
        #expect(try integers(samples, "labels") == [[-100, 7, -100, -100], [9, -100, -100, -100]])
        #expect(
            samples.remarks.count == 1 && samples.remarks[0].hasSuffix("has no labels: each position's label is the id that comes next"))
        expect("sample 1: it has no labels, and too few ids", #"{"input_ids": [5, 6]}"# + "\n" + #"{"input_ids": [5]}"#)
        #expect(try opened(#"{"input_ids": [5, 6]}"#, labels: nil).dataset.arrayNames == ["input_ids", "attention_mask"])
    }

    @Test("A model's own length, segments and positions")
    func made() throws {
        let inputs = ["ids", "token_type_ids", "position_ids", "mask"].map {
            WantedInput(name: $0, elementType: $0 == "mask" ? .float32 : .int32, shape: [nil, 4])
        }
        let samples = try opened("ids,labels\n7 8 9,3\n 5,2\n", as: "data.csv", inputs)
        #expect(try integers(samples, "ids") == [[7, 8, 9, 0], [5, 0, 0, 0]])
        #expect(try integers(samples, "token_type_ids") == [[0, 0, 0, 0], [0, 0, 0, 0]])
        #expect(try integers(samples, "position_ids") == [[0, 1, 2, 0], [0, 0, 0, 0]])
        #expect(try integers(samples, "mask") == [[1, 1, 1, 0], [1, 0, 0, 0]])
        #expect(try integers(samples, "labels") == [[3, 2]])
        expect("sample 0: it has 5 ids, but the model takes 4", "ids,labels\n1 2 3 4 5,0\n", as: "data.csv", inputs)
    }

    @Test("Columns of features and values")
    func features() throws {
        let inputs = [
            WantedInput(name: "x", elementType: .float32, shape: [nil, 2]),
            WantedInput(name: "kind", elementType: .int64, shape: [nil, 1]),
            WantedInput(name: "codes", elementType: .int64, shape: [nil, 3]),
        ]
        let samples = try opened("kind,x,codes,label\n4,0.5 -1e1,1 2 3,0.25\n5,1 2,4 5 6,-3\n", as: "data.csv", inputs, areClasses: false)
        #expect(try samples.dataset.array(named: "x").tensor() == Tensor(shape: [2, 2], [0.5, -10, 1, 2] as [Float]))
        #expect(try integers(samples, "kind") == [[4], [5]])
        #expect(try integers(samples, "codes") == [[1, 2, 3], [4, 5, 6]])
        #expect(try samples.dataset.array(named: "labels").tensor() == Tensor([0.25, -3] as [Float]))
        expect(
            "array 'x', sample 1: it has 1 numbers where sample 0 has 2", "kind,x,codes,label\n4,0.5 1,1 2 3,0\n5,1,4 5 6,1\n",
            as: "data.csv",
            inputs)
    }

    @Test("Lines and cells that are none")
    func refusals() {
        expect("it has no rows", "\n \n")
        expect("line 2 is no JSON object", #"{"input_ids": [1, 2]}"# + "\n[1]")
        expect("line 1 is no JSON object", #"{"input_ids": [1, 2"#)
        expect("line 1 is no JSON object", String(repeating: "[", count: 100_000))
        expect("line 1: 'input_ids' is neither a number nor a list", #"{"input_ids": [[1], [2]]}"#)
        expect("line 1: 'input_ids' is neither a number nor a list", #"{"input_ids": "1 2"}"#)
        expect("line 2: 'labels' is not here, but in the lines before", #"{"input_ids":[1],"labels":1}"# + "\n" + #"{"input_ids":[1]}"#)
        expect("line 2: 'labels' is here, but not in the lines before", #"{"input_ids":[1,2]}"# + "\n" + #"{"input_ids":[1],"labels":1}"#)
        expect("no array 'input_ids'", #"{"labels": 1}"#)
        expect("sample 0: it has no ids", #"{"input_ids": [], "labels": 1}"#)
        expect("sample 0: 1.5 is no integer", #"{"input_ids": [1.5], "labels": 1}"#)
        expect("sample 0: 1e+300 is no integer", #"{"input_ids": [1e300], "labels": 1}"#)
        expect("sample 0: it has 1 numbers where 'input_ids' has 2", #"{"input_ids": [1, 2], "attention_mask": [1], "labels": 1}"#)
        expect("sample 0: it has 3 numbers where 'input_ids' has 2", #"{"input_ids": [1, 2], "labels": [1, 2, 3]}"#)
        expect("the labels are the ids themselves", #"{"input_ids": [1, 2], "labels": [1, 2]}"#)
        expect("it has no rows after the first", "input_ids,labels\n", as: "data.csv")
        expect("two columns are called 'labels'", "input_ids,labels,labels\n1 2,1,1\n", as: "data.csv")
        expect("array 'input_ids', sample 1: 'x' is no number", "input_ids,labels\n1 2,1\n3 x,1\n", as: "data.csv")
        expect("array 'input_ids', sample 0: it has no numbers", "input_ids,labels\n,1\n", as: "data.csv")
        expect("no labels", "input_ids\n1\n", as: "data.csv")
        // Nothing that was filled up may change a result.
        let alone = [WantedInput(name: "ids", elementType: .int64, shape: [nil, nil])]
        expect("the model has no mask that would leave out", "ids,label\n1 2,1\n3,0\n", as: "data.csv", alone)
        #expect(throws: Never.self) { try opened("ids\n1 2 3\n3 4\n", as: "data.csv", alone) }
    }
}
