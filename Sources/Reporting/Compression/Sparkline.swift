internal import Foundation

/// A layer's spectrum as a small picture on a logarithmic scale: what is kept filled, what is cut off in outline.
struct Sparkline {
    private let spectrum: CompressionReport.Spectrum
    private let rank: Int?
    private let count: Int

    /// Powers of ten from the top to the bottom: below lies what matters in no layer.
    static let decades = 3.0
    private static let width = 120.0
    private static let height = 30.0

    /// - Parameters:
    ///   - rank: kept components; nil for all.
    ///   - fullRank: all components; nil for as many as the spectrum tells of.
    init(_ spectrum: CompressionReport.Spectrum, rank: Int?, of fullRank: Int?) {
        self.spectrum = spectrum
        self.rank = rank
        count = max(fullRank ?? 1, spectrum.components.last ?? 1, 1)
    }

    func svg() -> String {
        let bars = zip(spectrum.components, spectrum.values).enumerated().map { index, bar in
            // Each component is drawn as wide as the gap to the next one that is told of.
            let next = spectrum.components.indices.contains(index + 1) ? spectrum.components[index + 1] : count + 1
            return (start: place(bar.0 - 1), end: place(next - 1), value: Sparkline.level(bar.1))
        }
        let cut = rank.map { place($0) } ?? Sparkline.width
        let base = SVG.coordinate(Sparkline.height)
        func area(_ bars: [(start: Double, end: Double, value: Double)]) -> String? {
            guard let first = bars.first, let last = bars.last else { return nil }
            let steps = bars.map { "V\(SVG.coordinate(Sparkline.height - ($0.value * (Sparkline.height - 1))))H\(SVG.coordinate($0.end))" }
            return "M\(SVG.coordinate(first.start)) \(base)\(steps.joined())H\(SVG.coordinate(last.end))V\(base)z"
        }
        let kept = bars.filter { $0.start < cut }.map { (start: $0.start, end: min($0.end, cut), value: $0.value) }
        let removed = bars.filter { $0.end > cut }.map { (start: max($0.start, cut), end: $0.end, value: $0.value) }
        var elements = [area(kept).map { SVG.path($0, "kept") }, area(removed).map { SVG.path($0, "removed") }].compactMap(\.self)
        if rank != nil { elements.append(SVG.path("M\(SVG.coordinate(cut)) 0V\(base)", "cut")) }
        let title = rank.map { "\($0) of \(count) components kept" } ?? "all \(count) components kept"
        return SVG.picture("spark", width: Sparkline.width, height: Sparkline.height, title: title, elements)
    }

    /// The height of a relative singular value, 0 to 1.
    private static func level(_ value: Double) -> Double {
        guard value.isFinite, value > 0 else { return 0 }
        return min(max(1 + log10(value) / decades, 0), 1)
    }

    /// Where the components before a number end.
    private func place(_ components: Int) -> Double { Sparkline.width * Double(min(max(components, 0), count)) / Double(count) }
}
