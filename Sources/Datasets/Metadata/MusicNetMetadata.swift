import Foundation

/// `musicnet_metadata.csv`: composer, ensemble and origin of each recording.
///
/// The first line names the columns,
/// `id,composer,composition,movement,ensemble,source,transcriber,catalog_name,seconds`, in any order. `id`, `composer`
/// and `ensemble` are required; unknown columns are ignored.
public struct MusicNetMetadata: Sendable, Equatable {
    /// In file order.
    public let recordings: [RecordingMetadata]
    private let places: [String: Int]

    /// The columns that are read.
    private static let used: Set<String> = [
        "id", "composer", "composition", "movement", "ensemble", "source", "transcriber", "catalog_name", "seconds",
    ]

    /// Reads a file.
    ///
    /// - Throws: ``DatasetError/unreadable(path:reason:)``, ``DatasetError/badMetadata(path:line:reason:)``.
    public init(path: String) throws(DatasetError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .unreadable(path: path, reason: "the file does not exist or is not readable")
        }
        try self.init(data: [UInt8](data), name: path)
    }

    /// Reads a file from memory; `name` identifies it in error messages. O(n) in its size.
    ///
    /// - Throws: ``DatasetError/badMetadata(path:line:reason:)``.
    public init(data: [UInt8], name: String) throws(DatasetError) {
        let rows: [CSVRows.Row]
        do {
            rows = try CSVRows.read(data)
        } catch {
            throw .badMetadata(path: name, line: error.line, reason: "a quoted field is not terminated")
        }
        guard let header = rows.first else { throw .badMetadata(path: name, line: 1, reason: "the file is empty") }
        var columns: [String: Int] = [:]
        for (index, field) in header.fields.enumerated() {
            let column = field.trimmingCharacters(in: .whitespaces).lowercased()
            guard columns.updateValue(index, forKey: column) == nil || !Self.used.contains(column) else {
                throw .badMetadata(path: name, line: header.line, reason: "it names the column '\(column)' twice")
            }
        }
        for column in ["id", "composer", "ensemble"] where columns[column] == nil {
            let reason = "column '\(column)' is missing; the first line should be id,composer,composition,movement,"
            throw .badMetadata(path: name, line: header.line, reason: reason + "ensemble,...")
        }
        var recordings: [RecordingMetadata] = []
        var places: [String: Int] = [:]
        for row in rows.dropFirst() {
            guard row.fields.count >= header.fields.count else {
                let reason = "it has \(row.fields.count) fields, but the first line names \(header.fields.count)"
                throw .badMetadata(path: name, line: row.line, reason: reason)
            }
            let recording = try Self.recording(row, columns, name)
            guard places.updateValue(recordings.count, forKey: recording.id) == nil else {
                throw .badMetadata(path: name, line: row.line, reason: "the id \(recording.id) is a duplicate")
            }
            recordings.append(recording)
        }
        self.recordings = recordings
        self.places = places
    }

    /// The metadata of the recording with this id. O(1).
    public subscript(id: String) -> RecordingMetadata? {
        places[id].map { recordings[$0] }
    }

    private static func recording(
        _ row: CSVRows.Row, _ columns: [String: Int], _ name: String
    ) throws(DatasetError) -> RecordingMetadata {
        func field(_ column: String) -> String {
            columns[column].map { row.fields[$0].trimmingCharacters(in: .whitespaces) } ?? ""
        }
        let id = field("id")
        guard !id.isEmpty else { throw .badMetadata(path: name, line: row.line, reason: "the id is empty") }
        let length = field("seconds")
        let seconds = Double(length).flatMap { $0.isFinite && $0 >= 0 && $0 < 1e9 ? $0 : nil }
        guard length.isEmpty || seconds != nil else {
            let reason = "seconds is '\(length.prefix(40))', which is not a valid duration"
            throw .badMetadata(path: name, line: row.line, reason: reason)
        }
        return RecordingMetadata(
            id: id, composer: field("composer"), composition: field("composition"), movement: field("movement"),
            ensemble: field("ensemble"), source: field("source"), transcriber: field("transcriber"),
            catalogName: field("catalog_name"), seconds: seconds)
    }
}

/// MusicNet's metadata for one recording.
public struct RecordingMetadata: Sendable, Hashable {
    /// The base name of the recording's files.
    public var id: String
    public var composer: String
    public var composition: String
    public var movement: String
    public var ensemble: String
    public var source: String
    public var transcriber: String
    public var catalogName: String
    /// Duration of the audio; nil if the file gives none.
    public var seconds: Double?
}
