internal import Foundation

/// Numbers as the reports print them.
package enum NumberText {
    /// `1 234 567`, grouped by thin spaces' plain sibling.
    package static func grouped(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += " " }
            text.append(digit)
        }
        return value < 0 ? "-" + text : text
    }

    package static func fixed(_ value: Double, _ places: Int) -> String {
        String(format: "%.\(places)f", value)
    }

    package static func signed(_ value: Double, _ places: Int) -> String {
        String(format: "%+.\(places)f", value)
    }

    package static func percent(_ share: Double, _ places: Int = 2) -> String {
        fixed(share * 100, places) + " %"
    }

    /// A change of a mean loss; `?` for what is no number.
    static func lossChange(_ value: Double) -> String { finite(value) { signed($0, 4) } }

    /// A change of a mean loss with its standard error.
    static func lossChange(_ value: Double, standardError: Double, plusMinus: String) -> String {
        "\(lossChange(value)) \(plusMinus) \(loss(standardError))"
    }

    /// A mean loss or its standard error; `?` for what is no number.
    static func loss(_ value: Double) -> String { finite(value) { fixed($0, 4) } }

    /// `?` for what is no number.
    static func finite(_ value: Double, _ text: (Double) -> String) -> String { value.isFinite ? text(value) : "?" }

    /// As short as the number allows: `0`, `0.005`.
    package static func plain(_ value: Double) -> String { String(format: "%g", value) }

    /// A share as an option is written: `0.5%`.
    package static func percentOption(_ share: Double) -> String { plain(100 * share) + "%" }

    /// `3 s`, `2 min 05 s`; `?` for what is no time.
    package static func duration(seconds: Double) -> String {
        guard let whole = Int(exactly: seconds.rounded(.up)), whole >= 0 else { return "?" }
        return whole < 60 ? "\(whole) s" : String(format: "%d min %02d s", whole / 60, whole % 60)
    }

    /// `12.5 ms`, `1.234 ms`.
    package static func milliseconds(_ value: Double) -> String {
        fixed(value, value < 10 ? 3 : 1) + " ms"
    }

    /// `512 B`, `3.4 KiB`, `1.2 MiB`.
    package static func bytes(_ count: Int) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(count)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(count) B" : "\(fixed(value, 1)) \(units[unit])"
    }
}
