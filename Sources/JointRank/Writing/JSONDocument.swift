internal import Files
internal import Foundation

/// Reading of JSON files that people may have edited.
enum JSONDocument {
    /// Bytes of the largest file that is read.
    private static let largest = 64 << 20

    /// - Parameter kind: what the file is to be, as in "is not a plan".
    /// - Throws: ``JointRankError`` that says where the text is not that.
    static func read<Content: Decodable>(_ path: String, as kind: String) throws(JointRankError) -> Content {
        let data: Data
        do {
            data = try RegularFile(path).contents(upTo: largest)
        } catch {
            guard FileIdentity(of: path) != nil else { throw JointRankError(.missingInput, "'\(path)' does not exist") }
            throw JointRankError(.badInput, "'\(path)' is not a \(kind): it must be a file of at most 64 MiB")
        }
        do {
            return try JSONDecoder().decode(Content.self, from: data)
        } catch let error as DecodingError {
            throw JointRankError(.badInput, "'\(path)' is not a \(kind): \(error.place)")
        } catch {
            throw JointRankError(.badInput, "'\(path)' is not a \(kind): it cannot be parsed")
        }
    }
}

extension DecodingError {
    /// What is wrong, and where.
    fileprivate var place: String {
        func path(_ keys: [any CodingKey]) -> String {
            keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        return switch self {
        case .keyNotFound(let key, let context): "\(path(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context): "\(path(context.codingPath)) has the wrong type"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty: "\(path(context.codingPath)) has an impossible value"
        default: "it is not JSON"
        }
    }
}
