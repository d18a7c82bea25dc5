internal import Search

extension [FactoredLayer] {
    /// Tells sizes of one model apart in the names of kept work: 16 hexadecimal digits of the layers' names and ranks, by the hash of Fowler, Noll
    /// and Vo (FNV-1a, 64 bits).
    var key: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in map({ "\($0.name)=\($0.rank);" }).joined().utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
