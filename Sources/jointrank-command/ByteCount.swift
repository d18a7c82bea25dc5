internal import ArgumentParser

/// An amount of memory, as users write it: a number with a unit of powers of 1000 (KB, MB, GB, TB) or of 1024 (KiB, MiB, GiB, TiB), or bytes.
struct ByteCount: ExpressibleByArgument {
    let bytes: Int

    init?(argument: String) {
        let text = argument.lowercased().filter { $0 != " " }
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(digits.count)
        guard let number = Double(digits), let factor = ByteCount.factors[String(unit)], number > 0,
            let bytes = Int(exactly: (number * factor).rounded())
        else { return nil }
        self.bytes = bytes
    }

    private static let factors: [String: Double] = {
        var factors = ["": 1.0, "b": 1]
        for (power, letter) in ["k", "m", "g", "t"].enumerated() {
            factors[letter + "b"] = (0...power).reduce(1) { product, _ in product * 1000 }
            factors[letter + "ib"] = (0...power).reduce(1) { product, _ in product * 1024 }
        }
        return factors
    }()
}
