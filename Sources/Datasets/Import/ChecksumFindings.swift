import Basics
import Foundation

/// The results of verifying checksums, by file.
struct ChecksumFindings {
    private var findings: [String: [Finding]] = [:]
    private var names: [String: String] = [:]

    /// Reads and verifies every listed file, on all processors.
    ///
    /// - Parameters:
    ///   - folder: the folder to search for lists.
    ///   - list: an additional list.
    ///   - skipping: paths of files that need not be verified.
    /// - Throws: ``DatasetError/unreadable(path:reason:)``, ``DatasetError/badChecksums(path:reason:)``.
    init(folder: String, list: String?, skipping: Set<String>) throws {
        var lines: [ChecksumList.Line] = []
        for path in ChecksumList.find(in: folder) + [list].compactMap({ $0 }) {
            lines += try ChecksumList(path: path).lines.filter { !skipping.contains($0.path) }
        }
        let found = try FanOut().map(lines) { line -> Finding? in
            guard FileManager.default.fileExists(atPath: line.path) else {
                return Finding(.missingFile, "it is listed with a checksum but does not exist")
            }
            let value = try line.digest.digest(path: line.path)
            guard value != line.value else { return nil }
            return Finding(
                .wrongChecksum,
                "\(line.name): its \(line.digest.rawValue) is \(value) but should be \(line.value); download it again")
        }
        for (line, finding) in zip(lines, found) {
            guard let finding, findings[line.path]?.contains(finding) != true else { continue }
            findings[line.path, default: []].append(finding)
            names[line.path] = line.name
        }
    }

    /// Removes and returns the findings of the file at this path.
    mutating func take(_ path: String) -> [Finding] { findings.removeValue(forKey: path) ?? [] }

    /// Reports for the remaining findings.
    func rest() -> [RecordingReport] {
        findings.keys.sorted().map { path in
            var report = RecordingReport(name: names[path] ?? path)
            report.findings = findings[path] ?? []
            return report
        }
    }
}
