internal import Files
internal import Foundation

/// A file with one JSON object a line, whose wanted members are numbers or lists of numbers.
struct JSONLinesFile: Sendable {
    let path: String
    let rowCount: Int
    /// Numbers of every row, by member; a member is in all rows or in none.
    let columns: [String: [[Double]]]

    /// - Throws: ``DatasetError/badFile(_:reason:)`` that names the line.
    init(path: String, wanted: [String]) throws(DatasetError) {
        let text = try TextFile.text(path)
        let decoder = JSONDecoder()
        var columns: [String: [[Double]]] = [:]
        var rowCount = 0
        var number = 0
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard line.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") }) else { continue }
            let row: JSONRow
            do {
                row = try decoder.decode(JSONRow.self, from: Data(line), configuration: wanted)
            } catch let error as JSONRow.NotNumbers {
                throw .badFile(path, reason: "line \(number): \(error.member.quoted) is neither a number nor a list of numbers")
            } catch {
                throw .badFile(path, reason: "line \(number) is no JSON object")
            }
            if rowCount == 0 { columns = row.numbers.mapValues { _ in [] } }
            if let name = Set(columns.keys).symmetricDifference(row.numbers.keys).min() {
                let place = columns[name] == nil ? "is here, but not" : "is not here, but"
                throw .badFile(path, reason: "line \(number): \(name.quoted) \(place) in the lines before")
            }
            for (name, numbers) in row.numbers { columns[name]?.append(numbers) }
            rowCount += 1
        }
        guard rowCount > 0 else { throw .badFile(path, reason: "it has no rows") }
        (self.path, self.rowCount, self.columns) = (path, rowCount, columns)
    }
}

/// The wanted members of one line.
private struct JSONRow: DecodableWithConfiguration {
    let numbers: [String: [Double]]

    struct NotNumbers: Error {
        let member: String
    }

    private struct Member: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// - Parameter wanted: names of the members to read; others may hold anything.
    init(from decoder: any Decoder, configuration wanted: [String]) throws {
        let container = try decoder.container(keyedBy: Member.self)
        var numbers: [String: [Double]] = [:]
        for name in wanted {
            let member = Member(stringValue: name)
            guard container.contains(member), try !container.decodeNil(forKey: member) else { continue }
            if let list = try? container.decode([Double].self, forKey: member) {
                numbers[name] = list
            } else if let number = try? container.decode(Double.self, forKey: member) {
                numbers[name] = [number]
            } else {
                throw NotNumbers(member: name)
            }
        }
        self.numbers = numbers
    }
}
