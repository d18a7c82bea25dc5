import JointRank

// The documentation's Swift that no example runs, line by line as it stands there, so that it compiles.

func compressing() throws {
    let options = CompressionOptions(
        model: "model.onnx", calibration: "valid.npz", output: "model_lowrank.onnx", mode: .compact)
    let report = try Compressor(options).compress()
    print(report.verdict)
}

func iterating(_ options: CompressionOptions) async throws {
    for try await event in Compressor(options).events() {
        switch event {
        case .progress(let progress): print(progress.task, progress.completed)
        case .finished(let report): print(report.verdict)
        }
    }
}

func compressingTheExample() async throws {
    var options = CompressionOptions(
        model: "model.onnx", calibration: "out/calibration.npz", output: "out/compact.onnx", mode: .compact, optimize: .size,
        tolerance: 0.005, data: DataOptions(scale: 1 / 255, mean: [0.286], std: [0.353]))
    options.workFolder = "out/compact.onnx.work"
    let report = try await Compressor(options).events().report()
    let evaluator = Evaluator(data: options.data)
    let check = try await evaluator.events(model: "out/compact.onnx", on: "out/test.npz", against: "model.onnx").report()
    print(report.verdict, check.against?.difference ?? 0)
}

func describingData() -> DataOptions {
    let data = DataOptions(scale: 1 / 255, mean: [0.286], std: [0.353])
    return data
}
