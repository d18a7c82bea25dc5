/// An input that says something about the positions of sequences, and is made where a text file lacks it. Told by its name.
enum MadeInput {
    /// 1 where a sequence is, 0 where it was filled up.
    case mask
    /// Of one segment: 0 everywhere.
    case segments
    /// 0, 1, 2 and so on.
    case positions

    init?(name: String) {
        let name = name.lowercased()
        if name.contains("mask") {
            self = .mask
        } else if name == "token_type_ids" || name == "segment_ids" {
            self = .segments
        } else if name == "position_ids" {
            self = .positions
        } else {
            return nil
        }
    }

    /// The values for a sequence of `count` ids.
    func values(count: Int) -> [Double] {
        switch self {
        case .mask: Array(repeating: 1, count: count)
        case .segments: Array(repeating: 0, count: count)
        case .positions: (0..<count).map(Double.init)
        }
    }
}
