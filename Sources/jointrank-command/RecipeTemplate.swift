internal import Foundation
internal import Reporting

/// A recipe for a model that nobody has described yet: what its inputs and outputs suggest, and questions where they suggest nothing.
struct RecipeTemplate {
    private let report: InspectionReport

    init(_ report: InspectionReport) {
        self.report = report
    }

    var text: String {
        let treatable = report.layers.filter(\.treatable)
        let parameters = treatable.reduce(0) { $0 + $1.parameters }
        return """
            # Options of jointrank compress: jointrank compress --recipe THIS_FILE
            # What the command line gives as well overrides what stands here. jointrank help compress explains every option.
            #
            # \(treatable.count) layers can be factored, with \(parameters) of \(report.parameters) parameters.
            \(report.inputs.map { "# input  \(describe($0))" }.joined(separator: "\n"))
            \(report.outputs.map { "# output \(describe($0))" }.joined(separator: "\n"))

            model: \(quoted(report.model))

            # Labelled samples that the network was not trained on: \(sources).
            calibration: data.npz

            # compact: the smallest model that stays within max-drop and tolerance. lossless: the best loss, at a size that keep-params limits.
            mode: compact
            # keep-params: 0.5
            # By how much accuracy may fall, or the perplexity of a language model may rise, certified with 95 % confidence. Without it, and without
            # a tolerance, 'compact' takes 0.5%, or what the samples can show.
            # max-drop: 1%
            # The rise of the mean loss that is acceptable, in nats; with max-drop, both must hold.
            # tolerance: 0.01

            \(loss)
            \(preparation)
            # size: parameters alone. macs: multiply-accumulates. latency: time on this machine. balanced: parameters and time, and no layer slower.
            optimize: balanced
            # Where the result will run, and where samples are run through the model: cpu, or an execution provider of ONNX Runtime.
            # provider: openvino
            # calibration-provider: cpu

            output: \(quoted(stem + "_lowrank.onnx"))

            """
    }

    private var stem: String { report.model.withoutSuffix(".onnx") }

    /// A text that YAML takes as it is.
    private func quoted(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "'", with: "''") + "'"
    }

    private func describe(_ value: InspectionReport.Value) -> String {
        "\(value.name.onOneLine): \(value.type)[\(value.shape.map { $0.map(String.init) ?? "?" }.joined(separator: ", "))]"
    }

    /// The input that looks like images, and how many channels it has.
    private var images: (value: InspectionReport.Value, channels: Int, isChannelsFirst: Bool)? {
        for value in report.inputs where value.shape.count == 4 {
            if let channels = value.shape[1], [1, 3].contains(channels) { return (value, channels, true) }
            if let channels = value.shape[3], [1, 3].contains(channels) { return (value, channels, false) }
        }
        return nil
    }

    private var isText: Bool { report.inputs.contains { $0.type.contains("int") && $0.shape.count == 2 } }

    private var sources: String {
        if images != nil { return "a .npz with an array for each input and 'labels', or a folder of images (class/image.jpg)" }
        if isText { return "a .npz with an array for each input and 'labels', or .jsonl with one sample a line" }
        return "a .npz or .safetensors with an array for each input and 'labels'"
    }

    private var loss: String {
        guard let output = report.outputs.first else { return "# loss: cross-entropy" }
        let classes = output.shape.last.flatMap(\.self)
        switch (output.shape.count, classes) {
        case (0...1, _), (2, 1):
            return """
                # The first output is one number for each sample: is it a value to be hit (squared-error), a yes or no (multi-label), or the loss
                # itself (output:\(output.name.onOneLine))?
                loss: squared-error
                """
        case (2, _):
            return """
                # The first output has \(classes.map(String.init) ?? "several") numbers for each sample. Are they scores of classes of which one is right (cross-entropy), of
                # answers that may all be right (multi-label), or values to be hit (squared-error)? Without labels, 'divergence' asks for
                # what the model itself says.
                loss: cross-entropy
                """
        default:
            return """
                # The first output has scores for each position: labels are a class for each position, -100 where it does not count. Without
                # labels, 'divergence' asks for what the model itself says.
                loss: cross-entropy
                """
        }
    }

    private var preparation: String {
        guard let images else { return "" }
        let size = images.isChannelsFirst ? Array(images.value.shape[2...]) : Array(images.value.shape[1...2])
        let lengths = size.compactMap(\.self)
        let each = images.channels == 3 ? "[0.485, 0.456, 0.406]" : "0.5"
        let deviation = images.channels == 3 ? "[0.229, 0.224, 0.225]" : "0.5"
        var lines = [
            "# '\(images.value.name.onOneLine)' looks like images. How were they normalised in training? Integers become (x * scale - mean) / std.",
            "# Wrong answers do not fail: they make the loss of the original wrong, so compare it with what you know.",
            "# scale: 0.00392156862745098   # were pixels divided by 255?",
            "# mean: \(each)   # of each channel",
            "# std: \(deviation)",
        ]
        if lengths.count == 2 {
            lines.append("# For a folder of images: the shorter side, and what is cut out of the middle.")
            lines.append("# resize: \(lengths[0] * 8 / 7)")
            lines.append("# crop: \(lengths[0])x\(lengths[1])")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
