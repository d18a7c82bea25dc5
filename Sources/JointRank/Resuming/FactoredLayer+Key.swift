internal import Search

extension [FactoredLayer] {
    /// Tells smaller models apart in the names of kept work: 16 hexadecimal digits of the layers' names, ranks and energies, by the hash of Fowler,
    /// Noll and Vo (FNV-1a, 64 bits). Energies differ from basis to basis.
    var key: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for layer in self {
            "\(layer.name)=\(layer.rank);".utf8.forEach(add)
            for energy in layer.energies { Swift.withUnsafeBytes(of: energy.bitPattern.littleEndian) { $0.forEach(add) } }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
