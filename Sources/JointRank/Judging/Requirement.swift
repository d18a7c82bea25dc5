internal import Calibration
internal import Foundation
internal import LowRank
internal import Reporting
internal import Search

/// What a result has to keep: what was asked for, or where nothing was, what the mode stands for, as far as the samples can show it.
struct Requirement: Sendable {
    /// What `--max-drop` is measured by.
    enum Measure: Sendable, Hashable {
        /// The share of right answers, F1 or the correlation: points of it.
        case answers(name: String)
        /// A share of the perplexity, which is what the loss rises by.
        case perplexity

        var name: String {
            switch self {
            case .answers(let name): name
            case .perplexity: "perplexity"
            }
        }
    }

    struct Drop: Sendable, Hashable {
        let measure: Measure
        /// A share of all answers, or of the perplexity.
        let share: Double
        /// Whether nobody has asked for it.
        let isDefault: Bool
    }

    /// The rise of the mean loss that is acceptable, in nats; nil for any.
    let tolerance: Double?
    /// What could be asked for; nil where there is no such metric.
    let measure: Measure?
    let drop: Drop?
    private let certifySamples: Int
    /// Of the mean certify sample.
    private let answersPerSample: Double

    /// What `--mode compact` keeps where nothing is asked for, if there are enough samples to show it.
    static let usualDrop = 0.005
    /// So many times what the certify samples can show at best is what the default leaves room for: a few answers always change.
    private static let headRoom = 2.0

    /// - Parameter split: the samples that are to show it.
    /// - Throws: ``JointRankError`` where `--max-drop` is asked of a loss that has no such metric.
    init(_ options: CompressionOptions, _ split: SampleSplit) throws {
        try options.checkDrop()
        tolerance = options.tolerance ?? options.impliedTolerance
        certifySamples = split.certify.count
        let answers = options.data.loss.hasUsualDrop ? try split.certify.answerCount() : 0
        // A correlation has no smallest change: few samples do not limit what can be shown.
        answersPerSample = options.data.loss.hasUsualDrop ? Double(answers) / Double(max(certifySamples, 1)) : .infinity
        measure = try Requirement.measure(options, split.certify, answers: answers)
        guard let measure, let share = options.maximumDrop ?? (options.takesUsualDrop ? Requirement.usualDrop : nil) else {
            drop = nil
            return
        }
        let isDefault = options.maximumDrop == nil
        let smallest = ExactFall.smallest(samples: certifySamples, answersPerSample: answersPerSample)
        let isLowered = isDefault && measure != .perplexity
        drop = Drop(
            measure: measure, share: isLowered ? max(share, Requirement.roundedUp(Requirement.headRoom * smallest)) : share,
            isDefault: isDefault)
    }

    /// What is known of the samples by other means.
    init(tolerance: Double? = nil, measure: Measure? = nil, drop: Drop? = nil, certifySamples: Int, answersPerSample: Double = 1) {
        self.tolerance = tolerance
        self.measure = measure
        self.drop = drop
        self.certifySamples = certifySamples
        self.answersPerSample = answersPerSample
    }

    private static func measure(_ options: CompressionOptions, _ certify: SampleSource, answers: Int) throws -> Measure? {
        guard options.data.loss.hasDrop else { return nil }
        let continues = try options.data.dropMetric == nil && options.data.loss == .crossEntropy && certify.continuesItself()
        if continues || options.data.dropMetric == .perplexity { return .perplexity }
        let name = options.data.answerMetric?.name(for: options.data.lossKind, isSingle: answers == certify.count)
        return name.map { .answers(name: $0) }
    }

    /// Of the certificate. A rise of the perplexity by a share is one of the loss.
    var limits: Limits {
        switch drop?.measure {
        case nil: Limits(lossRise: tolerance)
        case .answers: Limits(lossRise: tolerance, accuracyFall: drop?.share)
        case .perplexity: Limits(lossRise: [tolerance, drop?.rise].compactMap(\.self).min())
        }
    }

    /// The logarithm of the perplexity is the loss.
    static func lossRise(perplexityRise share: Double) -> Double { log1p(share) }

    /// What the share of right answers is called.
    var answersName: String {
        if case .answers(let name) = measure { name } else { "accuracy" }
    }

    /// For the search.
    var acceptance: Acceptance {
        Acceptance(
            limits, certifySamples: certifySamples, answersPerSample: answersPerSample,
            proposesFall: measure.map { $0 != .perplexity } ?? false)
    }

    /// As reports state it.
    var reported: CompressionReport.MaximumDrop? {
        drop.map { .init(metric: $0.measure.name, value: $0.share, isDefault: $0.isDefault) }
    }

    // MARK: What the samples can show

    /// What the user should know of it before the work; nil for nothing.
    var notes: [String] { [defaultNote, shortage].compactMap(\.self) }

    private var defaultNote: String? {
        guard let drop, drop.isDefault else { return nil }
        let asked = "neither --max-drop nor --tolerance was given: --mode compact takes --max-drop \(Requirement.text(drop.share))"
        guard drop.share > Requirement.usualDrop else { return "\(asked), of \(drop.measure.name)" }
        let needed = ExactFall.samplesNeeded(toShow: Requirement.usualDrop / Requirement.headRoom, answersPerSample: answersPerSample)
        return
            "\(asked), of \(drop.measure.name): twice the smallest drop that \(NumberText.grouped(certifySamples)) certify samples can show"
            + (needed.map { "; with \(NumberText.grouped($0)) of them it is \(Requirement.text(Requirement.usualDrop))" } ?? "")
    }

    /// Said of a drop that no result could be shown to keep; nil where some could.
    var shortage: String? {
        guard let drop, case .answers = drop.measure, !drop.isDefault else { return nil }
        let smallest = ExactFall.smallest(samples: certifySamples, answersPerSample: answersPerSample)
        guard smallest > drop.share else { return nil }
        let can = "the smallest drop that can be certified is \(Requirement.text(Requirement.roundedUp(smallest)))"
        guard let needed = ExactFall.samplesNeeded(toShow: drop.share, answersPerSample: answersPerSample) else {
            return "--max-drop \(Requirement.text(drop.share)) asks for a rise of \(drop.measure.name): without one, \(can)"
        }
        return "--max-drop \(Requirement.text(drop.share)) needs at least \(NumberText.grouped(needed)) certify samples, there are "
            + "\(NumberText.grouped(certifySamples)): \(can)"
    }

    /// A drop beyond that is none that anybody could mean.
    static let most = 0.99

    /// Two digits, rounded up, below 1: such a number is the same as text.
    static func roundedUp(_ share: Double) -> Double { min(Acceptance.roundedUp(share), most) }

    /// As an option is written: `0.5%`.
    static func text(_ share: Double) -> String { NumberText.percentOption(share) }
}
