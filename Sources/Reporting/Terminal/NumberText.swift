internal import Foundation

/// Numbers as the reports print them.
public enum NumberText {
    /// `1 234 567`, grouped by thin spaces' plain sibling.
    public static func grouped(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += " " }
            text.append(digit)
        }
        return value < 0 ? "-" + text : text
    }

    public static func fixed(_ value: Double, _ places: Int) -> String {
        String(format: "%.\(places)f", value)
    }

    public static func signed(_ value: Double, _ places: Int) -> String {
        String(format: "%+.\(places)f", value)
    }

    public static func percent(_ share: Double, _ places: Int = 2) -> String {
        fixed(share * 100, places) + " %"
    }

    /// `3 s`, `2 min 05 s`; `?` for what is no time.
    public static func duration(seconds: Double) -> String {
        guard let whole = Int(exactly: seconds.rounded(.up)), whole >= 0 else { return "?" }
        return whole < 60 ? "\(whole) s" : String(format: "%d min %02d s", whole / 60, whole % 60)
    }

    /// `12.5 ms`, `1.234 ms`.
    public static func milliseconds(_ value: Double) -> String {
        fixed(value, value < 10 ? 3 : 1) + " ms"
    }

    /// `512 B`, `3.4 KiB`, `1.2 MiB`.
    public static func bytes(_ count: Int) -> String {
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
