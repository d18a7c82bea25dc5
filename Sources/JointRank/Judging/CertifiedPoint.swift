internal import Foundation
internal import Reporting

/// A point of the frontier, as it was written and measured.
struct CertifiedPoint {
    let point: FrontierReport.Point
    /// Nil where shapes are not known.
    let originalMacs: Int?

    init(_ point: FrontierReport.Point, originalMacs: Int?) {
        self.point = point
        self.originalMacs = originalMacs
    }

    var record: Record {
        get throws {
            var record = Record()
            try record.note("point", point)
            try record.note("originalMacs", originalMacs)
            return record
        }
    }

    /// A point of an interrupted run.
    ///
    /// - Parameter folder: where its model must still be; nil where none was kept.
    init(_ record: StoredRecord, in folder: String?) throws {
        self.init(try record.note("point"), originalMacs: try record.note("originalMacs"))
        guard let folder, let name = point.name else { return }
        guard FileManager.default.fileExists(atPath: (folder as NSString).appendingPathComponent(name)) else {
            throw record.damaged("the model '\(name)' is gone")
        }
    }
}
