import Alignment
import Foundation
import Scores

/// The full result of an alignment as JSON. docs/alignment.md describes every key.
///
/// Numbers are finite and rounded to six decimals.
public struct AlignmentDocument: Encodable, Sendable {
    /// A parameter of a method.
    public enum Setting: Encodable, Sendable, Equatable {
        case number(Double)
        case text(String)
        case flag(Bool)

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let value):
                if let whole = Int(exactly: value) { try container.encode(whole) } else { try container.encode(value) }
            case .text(let value): try container.encode(value)
            case .flag(let value): try container.encode(value)
            }
        }
    }

    /// The inputs and the method of an alignment.
    public struct Origin: Sendable, Equatable {
        public var score: String
        public var audio: String
        public var method: String
        public var parameters: [String: Setting]

        public init(score: String, audio: String, method: String, parameters: [String: Setting] = [:]) {
            self.score = score
            self.audio = audio
            self.method = method
            self.parameters = parameters
        }
    }

    struct Verdict: Encodable, Sendable {
        var grade: ScoreAlignment.Verdict.Grade
        var confidence: Double
        var reason: String
    }

    struct Stretch: Encodable, Sendable {
        var startBeat: Double
        var endBeat: Double
        var start: Double
        var end: Double
        /// Pairs of beat and seconds.
        var anchors: [[Double]]
    }

    struct Note: Encodable, Sendable {
        var start: Double
        var end: Double
        var pitch: Int
        var beat: Double
        var beats: Double
        var part: Int
        var program: Int
        var stretch: Int
        var confidence: Double
        var value: String?
        var isGrace: Bool?
    }

    struct Measure: Encodable, Sendable {
        var number: String
        var pass: Int
        var beat: Double
        var beats: Double
        var start: Double
        var end: Double
        var stretch: Int
        var confidence: Double
        /// Quarter notes per minute; nil if the measure's duration is 0.
        var tempo: Double?
    }

    struct Suspicion: Encodable, Sendable {
        var kind: ScoreAlignment.Suspicion.Kind
        var startBeat: Double
        var endBeat: Double
        var start: Double
        var end: Double
        var explanation: String
    }

    struct Part: Encodable, Sendable {
        var name: String
        var program: Int
        var isPercussion: Bool
    }

    /// Version of the format; incremented when a key changes its meaning.
    let version = 1
    let format = "noted.alignment"
    let score: String
    let title: String?
    let audio: String
    let duration: Double
    let method: String
    let parameters: [String: Setting]
    let verdict: Verdict
    let parts: [Part]
    let stretches: [Stretch]
    let measures: [Measure]
    let suspicions: [Suspicion]
    let notes: [Note]

    public init(_ alignment: ScoreAlignment, of source: Score, origin: Origin) {
        score = origin.score
        title = source.title
        audio = origin.audio
        duration = Self.rounded(alignment.duration)
        method = origin.method
        parameters = origin.parameters.filter { if case .number(let value) = $0.value { value.isFinite } else { true } }
        verdict = Verdict(
            grade: alignment.verdict.grade, confidence: Self.rounded(alignment.verdict.confidence),
            reason: alignment.verdict.reason)
        parts = source.parts.map { Part(name: $0.name, program: $0.program, isPercussion: $0.isPercussion) }
        stretches = alignment.stretches.map { stretch in
            Stretch(
                startBeat: Self.rounded(stretch.beats.lowerBound), endBeat: Self.rounded(stretch.beats.upperBound),
                start: Self.rounded(stretch.times.lowerBound), end: Self.rounded(stretch.times.upperBound),
                anchors: stretch.anchors.map { [Self.rounded($0.beat), Self.rounded($0.time)] })
        }
        measures = alignment.measures.compactMap { Self.measure($0, source) }
        suspicions = alignment.suspicions.map { suspicion in
            Suspicion(
                kind: suspicion.kind, startBeat: Self.rounded(suspicion.beats.lowerBound),
                endBeat: Self.rounded(suspicion.beats.upperBound), start: Self.rounded(suspicion.times.lowerBound),
                end: Self.rounded(suspicion.times.upperBound), explanation: suspicion.explanation)
        }
        notes = alignment.soundingNotes(of: source).map { sounding in
            Note(
                start: Self.rounded(sounding.start), end: Self.rounded(sounding.end), pitch: sounding.note.pitch,
                beat: Self.rounded(sounding.note.onset), beats: Self.rounded(sounding.beats), part: sounding.note.part,
                program: sounding.note.program, stretch: sounding.stretch,
                confidence: Self.rounded(sounding.confidence), value: sounding.note.value,
                isGrace: sounding.note.isGrace ? true : nil)
        }
    }

    private static func measure(_ played: ScoreAlignment.PlayedMeasure, _ score: Score) -> Measure? {
        guard score.passages.indices.contains(played.passage) else { return nil }
        let passage = score.passages[played.passage]
        guard score.measures.indices.contains(passage.measure) else { return nil }
        let seconds = played.end - played.start
        let tempo = seconds > 0 ? passage.length * 60 / seconds : .nan
        return Measure(
            number: score.measures[passage.measure].number, pass: passage.pass, beat: rounded(passage.start),
            beats: rounded(passage.length), start: rounded(played.start), end: rounded(played.end),
            stretch: played.stretch, confidence: rounded(played.confidence),
            tempo: tempo.isFinite && tempo < 1e6 ? (tempo * 1000).rounded() / 1000 : nil)
    }

    private static func rounded(_ value: Double) -> Double {
        guard value.isFinite, abs(value) < 1e9 else { return 0 }
        return (value * 1e6).rounded() / 1e6 + 0
    }

    /// Writes the file atomically.
    ///
    /// - Throws: `AlignmentError.cannotWrite`.
    public func write(to path: String) throws(AlignmentError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
    }
}
