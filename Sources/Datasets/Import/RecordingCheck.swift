import Basics
import Foundation
import Music
import Sound

/// Checks one recording and writes it in the format fastest to train on, in one pass over its audio.
struct RecordingCheck: Sendable {
    /// Output sample rate in Hz.
    static let rate = 44_100
    let entry: DatasetListing.Entry
    /// The output folder; nil to check only.
    let output: String?
    /// Findings about its files from earlier checks.
    let known: [Finding]

    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``, `SoundError.cannotWrite`, `MusicError.cannotWrite`.
    ///   Problems with the recording are reported, not thrown.
    func run() throws -> RecordingReport {
        var report = RecordingReport(name: entry.name)
        report.audio = RecordingReport.Source(path: entry.audioPath)
        report.labelFile = RecordingReport.Source(path: entry.labelPath)
        report.findings = known
        let salvage = labels(&report)
        guard let audioPath = entry.audioPath else {
            report.findings.append(Finding(.labelsAlone, "it has labels but no audio"))
            return report
        }
        var copy: PendingAudio?
        if let output, salvage != nil, report.isUsable {
            copy = try PendingAudio(
                folder: output, entry: entry, isFloat: WaveLayout(path: audioPath)?.coding == .float32)
        }
        try audio(audioPath, &report, &copy)
        if let salvage {
            let check = LabelCheck(salvage.labels, lines: salvage.lines, seconds: report.seconds)
            report.findings += check.findings
            if report.isUsable, copy != nil {
                report.output = try copy?.finish(labels: LabelFile(labels: salvage.labels))
            }
        }
        return report
    }

    /// The valid labels; nil if there is no usable label file.
    private func labels(_ report: inout RecordingReport) -> LabelFile.Salvage? {
        guard let path = entry.labelPath else {
            report.findings.append(Finding(.audioAlone, "it has audio but no labels"))
            return nil
        }
        do {
            let salvage = try LabelFile.salvage(path: path)
            report.labels = salvage.labels.count
            for kind in LabelProblem.Kind.allCases {
                let problems = salvage.problems.filter { $0.kind == kind }
                guard let first = problems.first else { continue }
                let more = problems.count > 1 ? " (and \(Numeral.count(problems.count - 1, "more line")))" : ""
                report.findings.append(
                    Finding(.init(kind), count: problems.count, "line \(first.line): \(first.reason)\(more)"))
            }
            return salvage.problems.contains { $0.kind == .columns } ? nil : salvage
        } catch {
            report.findings.append(Finding(.unreadableLabels, "\(error)"))
            return nil
        }
    }

    /// Reads the audio to its end, checking and copying it.
    private func audio(_ path: String, _ report: inout RecordingReport, _ copy: inout PendingAudio?) throws {
        var level = LevelCheck()
        do {
            let reader = try AudioFileReader(path: path, rate: Double(Self.rate), isComplete: true)
            report.rate = Int(reader.sourceRate)
            report.channels = reader.sourceChannels
            var block = [Float](repeating: 0, count: 1 << 16)
            while true {
                var span = block.mutableSpan
                let count = try reader.read(into: &span)
                if count == 0 { break }
                level.add(block.span.extracting(first: count))
                try copy?.write(block.span.extracting(first: count))
            }
            report.seconds = Double(reader.count) / Double(Self.rate)
            if reader.unusableCount > 0 {
                report.findings.append(
                    Finding(
                        .unusableSamples, count: reader.unusableCount,
                        "non-finite samples: \(reader.unusableCount)")
                )
            }
        } catch {
            if case .cannotWrite = error { throw error }
            report.findings.append(Finding(.unreadableAudio, Self.reason(error)))
            return
        }
        if let rate = report.rate, rate != Self.rate {
            report.findings.append(Finding(.otherRate, "the audio is resampled from \(rate) Hz"))
        }
        if let channels = report.channels, channels > 1 {
            report.findings.append(Finding(.severalChannels, "the audio is mixed down from \(channels) channels"))
        }
        report.findings += level.findings
    }

    /// The reason without the path, because the line starts with the recording's name.
    private static func reason(_ error: SoundError) -> String {
        switch error {
        case .badAudio(_, let reason): "the audio is unusable: \(reason)"
        case .unreadableFile(_, let reason): "the audio cannot be read: \(reason)"
        default: "the audio is unusable: \(error)"
        }
    }
}

extension Finding.Kind {
    fileprivate init(_ kind: LabelProblem.Kind) {
        switch kind {
        case .columns: self = .unreadableLabels
        case .field: self = .badLine
        case .instrument: self = .unknownInstrument
        case .pitch: self = .noteOutOfRange
        case .negativeLength: self = .negativeLength
        }
    }
}
