import Testing

@testable import OnnxRuntimeEngine

@Suite("Messages of the runtime")
struct RuntimeMessageTests {
    @Test("Places in the runtime's source are left out")
    func sourcePlaces() {
        let place = "/onnxruntime_src/onnxruntime/core/graph/graph.cc:12 void onnxruntime::f(const std::map<int, int>&, bool (*)(int))"
        #expect(RuntimeMessage.text("\(place) the model (of version 9) is bad") == "the model (of version 9) is bad")
        #expect(RuntimeMessage.text("Exception: \(place) first. \(place) second.") == "Exception: first. second.")
        #expect(RuntimeMessage.text(place) == "")
    }

    @Test("That there was no memory is told from other failures")
    func memory() {
        #expect(RuntimeMessage.isOfMemory("Exception caught: std::bad_alloc"))
        #expect(RuntimeMessage.isOfMemory("Status Message: Failed to allocate memory for requested buffer of size 3211264"))
        #expect(!RuntimeMessage.isOfMemory("Node (a) Op (Conv) is bad"))
    }

    @Test("Everything else stays, on one line")
    func others() {
        #expect(RuntimeMessage.text("Node (a) Op (Conv)\n  is\tbad") == "Node (a) Op (Conv) is bad")
        #expect(RuntimeMessage.text("/onnxruntime_src/a.cc:1") == "")
        #expect(RuntimeMessage.text("") == "")
    }
}
