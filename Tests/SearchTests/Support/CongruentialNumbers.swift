/// A 64-bit linear congruence, as Knuth gives it for MMIX: numbers between -1 and 1.
struct CongruentialNumbers {
    var state: UInt64

    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 52) - 1
    }

    mutating func next(_ count: Int) -> [Double] { (0..<count).map { _ in next() } }
}
