internal import ArgumentParser
internal import JointRank

/// Options that say what runs models, shared by all commands that measure a result.
struct ProviderArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Where the result will run: it is certified and timed there, beside the original. cpu, cuda, openvino, or another execution provider \
            of ONNX Runtime, with settings of its own.
            """, valueName: ProviderArguments.form),
        transform: ProviderOption.init(parsing:))
    var provider = ProviderOption.cpu

    @Option(
        name: .customLong("calibration-provider"),
        help: ArgumentHelp(
            "Where samples are run through the model and its candidates, for statistics, gradients and losses.",
            valueName: ProviderArguments.form),
        transform: ProviderOption.init(parsing:))
    var calibrationProvider = ProviderOption.cpu

    /// As helps show a provider.
    static let form = "name[:key=value,...]"

    func set(in options: inout CompressionOptions) {
        options.provider = provider
        options.calibrationProvider = calibrationProvider
    }
}
