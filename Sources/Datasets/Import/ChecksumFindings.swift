import Basics
import Foundation

/// What comparing files with lists of checksums has found, by file.
struct ChecksumFindings {
    private var findings: [String: [Finding]] = [:]
    private var names: [String: String] = [:]

    /// Reads every file that a list names, on all processors.
    ///
    /// - Parameters:
    ///   - folder: is searched for lists.
    ///   - list: one more.
    ///   - skipping: paths of files that need not be read.
    /// - Throws: ``DatasetError/unreadable(path:reason:)``, ``DatasetError/badChecksums(path:reason:)``.
    init(folder: String, list: String?, skipping: Set<String>) throws {
        var lines: [ChecksumList.Line] = []
        for path in ChecksumList.find(in: folder) + [list].compactMap({ $0 }) {
            lines += try ChecksumList(path: path).lines.filter { !skipping.contains($0.path) }
        }
        let found = try FanOut().map(lines) { line -> Finding? in
            guard FileManager.default.fileExists(atPath: line.path) else {
                return Finding(.missingFile, "it has a checksum and is not there")
            }
            let value = try line.digest.digest(path: line.path)
            guard value != line.value else { return nil }
            return Finding(
                .wrongChecksum,
                "\(line.name): its \(line.digest.rawValue) is \(value) and should be \(line.value); fetch it again")
        }
        for (line, finding) in zip(lines, found) {
            guard let finding, findings[line.path]?.contains(finding) != true else { continue }
            findings[line.path, default: []].append(finding)
            names[line.path] = line.name
        }
    }

    /// What is wrong with the file at this path, once.
    mutating func take(_ path: String) -> [Finding] { findings.removeValue(forKey: path) ?? [] }

    /// What is wrong with files that nobody took.
    func rest() -> [RecordingReport] {
        findings.keys.sorted().map { path in
            var report = RecordingReport(name: names[path] ?? path)
            report.findings = findings[path] ?? []
            return report
        }
    }
}
