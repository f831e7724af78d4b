import Alignment
import Foundation
import Sound

/// A temporary file with an interval of a recording. The file is deleted when this object is deallocated.
final class RecordingExcerpt {
    private static let rate = 44_100
    private static let blockSize = 16_384

    /// Path of the excerpt: a WAV file of 32-bit floats at 44.1 kHz.
    let path: String

    /// Copies an interval of a recording.
    ///
    /// - Parameter times: seconds; clamped to the end of the recording.
    /// - Throws: `SoundError` for a recording that cannot be read; `AlignmentError.tooShort` if the recording ends
    ///   before `times`.
    init(of audio: String, times: Range<Double>) throws {
        let name = "noted-\(UUID().uuidString).wav"
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        let reader = try AudioFileReader(path: audio, rate: Double(Self.rate))
        let first = Int((max(times.lowerBound, 0) * Double(Self.rate)).rounded())
        let last = Int((min(times.upperBound, 1e9) * Double(Self.rate)).rounded())
        var writer = try AudioFileWriter(path: path, format: .wavFloat, rate: Self.rate)
        var block = [Float](repeating: 0, count: Self.blockSize)
        var position = 0
        while position < last {
            var span = block.mutableSpan
            let count = try reader.read(into: &span)
            if count == 0 { break }
            let from = min(max(first - position, 0), count)
            let to = min(last - position, count)
            if from < to { try writer.write(block.span.extracting(from..<to)) }
            position += count
        }
        let isEmpty = writer.count == 0
        try writer.close()
        guard !isEmpty else {
            let seconds = (Double(position) / Double(Self.rate) * 10).rounded() / 10
            throw AlignmentError.tooShort(path: audio, reason: "it lasts \(seconds) s and ends before --from")
        }
    }

    deinit { unlink(path) }
}

extension ScoreAlignment {
    /// The alignment with all times increased by `seconds`: converts times of an excerpt to times of the recording.
    func delayed(by seconds: Double) -> ScoreAlignment {
        func later(_ times: ClosedRange<Double>) -> ClosedRange<Double> {
            times.lowerBound + seconds...times.upperBound + seconds
        }
        var result = self
        result.duration += seconds
        for index in result.stretches.indices {
            for anchor in result.stretches[index].anchors.indices {
                result.stretches[index].anchors[anchor].time += seconds
            }
        }
        for index in result.notes.indices {
            result.notes[index].start += seconds
            result.notes[index].end += seconds
        }
        for index in result.measures.indices {
            result.measures[index].start += seconds
            result.measures[index].end += seconds
        }
        for index in result.suspicions.indices {
            result.suspicions[index].times = later(result.suspicions[index].times)
        }
        return result
    }
}
