import JointRank

let options = CompressionOptions(
    model: "model.onnx", calibration: "data.npz", output: "small.onnx", mode: .compact, optimize: .size, tolerance: 0.005)
for try await event in Compressor(options).events() {
    switch event {
    case .progress(let progress): print(progress.task, progress.completed, progress.total ?? 0)
    case .finished(let report): print(report.verdict, report.parameters.before, "->", report.parameters.after)
    }
}
