import Foundation

/// The thresholds for note decisions: at which posteriors a note starts, continues and ends.
public struct NoteThresholds: Equatable, Codable, Sendable {
    /// A note starts when its sounding posterior reaches this value.
    public var on: Double
    /// A note ends when its sounding posterior falls below this value; at most `on`.
    public var off: Double
    /// With an onset head: the onset posterior that starts a note or restarts a sounding one.
    public var onset: Double
    /// The minimum duration of published notes, in seconds.
    public var minimumDuration: Double
    /// Below this level no note starts, in dB relative to full scale (RMS over one hop, before conditioning).
    public var gateDBFS: Double
    /// Seconds by which an onset is stamped before the maximum of its posterior, to compensate for the posterior's
    /// delay.
    public var onsetAdvance: Double
    /// Seconds by which an end is stamped before the fall of its sounding posterior, to compensate for the posterior's
    /// delay.
    public var releaseAdvance: Double

    public init(
        on: Double = 0.4, off: Double = 0.2, onset: Double = 0.4, minimumDuration: Double = 0.05,
        gateDBFS: Double = -62,
        onsetAdvance: Double = usualOnsetAdvance, releaseAdvance: Double = 0
    ) {
        self.on = on
        self.off = off
        self.onset = onset
        self.minimumDuration = minimumDuration
        self.gateDBFS = gateDBFS
        self.onsetAdvance = onsetAdvance
        self.releaseAdvance = releaseAdvance
    }

    /// The advance of models that do not state one. The note onset F1 (50 ms) of the first model was highest between 10
    /// and 15 ms on held-out renders, and between 15 and 20 ms on real recordings.
    public static let usualOnsetAdvance = 0.01

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        on = try values.decode(Double.self, forKey: .on)
        off = try values.decode(Double.self, forKey: .off)
        onset = try values.decode(Double.self, forKey: .onset)
        minimumDuration = try values.decode(Double.self, forKey: .minimumDuration)
        gateDBFS = try values.decode(Double.self, forKey: .gateDBFS)
        onsetAdvance = try values.decodeIfPresent(Double.self, forKey: .onsetAdvance) ?? Self.usualOnsetAdvance
        releaseAdvance = try values.decodeIfPresent(Double.self, forKey: .releaseAdvance) ?? 0
    }

    enum CodingKeys: String, CodingKey {
        case on, off, onset
        case onsetAdvance = "onset_advance_s"
        case releaseAdvance = "release_advance_s"
        case minimumDuration = "minimum_duration_s"
        case gateDBFS = "gate_dbfs"
    }
}

/// The metadata of a model file.
public struct ModelInfo: Equatable, Sendable {
    public var name: String
    public var architecture: Architecture
    /// Samples per window.
    public var window: Int
    /// Samples between two windows.
    public var hop: Int
    /// The sample rate in hertz.
    public var sampleRate: Int
    /// The sample of the window that the posteriors refer to, 0...window.
    public var labelOffset: Int
    /// The range of MIDI notes that the model was trained on; posteriors of other notes are meaningless.
    public var notes: ClosedRange<Int>
    public var thresholds: NoteThresholds
    /// Maps the evidence for a note to a probability; nil publishes the height of the evidence.
    public var confidence: ConfidenceCurve?
    /// The file's other metadata, unchanged: licence, recipe hash, evaluation figures and so on.
    public var extra: [String: String]

    public init(
        name: String, architecture: Architecture, window: Int = 16384, hop: Int = 512, sampleRate: Int = 44100,
        labelOffset: Int = 8192, notes: ClosedRange<Int> = 21...108, thresholds: NoteThresholds = NoteThresholds(),
        confidence: ConfidenceCurve? = nil, extra: [String: String] = [:]
    ) {
        self.name = name
        self.architecture = architecture
        self.window = window
        self.hop = hop
        self.sampleRate = sampleRate
        self.labelOffset = labelOffset
        self.notes = notes
        self.thresholds = thresholds
        self.confidence = confidence
        self.extra = extra
    }

    /// Samples from the label sample to the window's end: the latency that no faster machine can remove.
    public var lookahead: Int { window - labelOffset }

    /// ``lookahead`` in milliseconds.
    public var lookaheadMilliseconds: Double { Double(lookahead) * 1000 / Double(sampleRate) }
}

extension ModelInfo {
    /// The value of `format` in every model file of `noted`.
    static let format = "noted.model"
    private static let known: Set<String> = [
        "format", "name", "architecture", "window", "hop", "sample_rate", "label_offset", "note_min", "note_max",
        "thresholds", "confidence",
    ]

    /// The `__metadata__` of a model file.
    func metadata() throws -> [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var result = extra
        result["format"] = Self.format
        result["name"] = name
        result["architecture"] = String(decoding: try encoder.encode(architecture), as: UTF8.self)
        result["window"] = String(window)
        result["hop"] = String(hop)
        result["sample_rate"] = String(sampleRate)
        result["label_offset"] = String(labelOffset)
        result["note_min"] = String(notes.lowerBound)
        result["note_max"] = String(notes.upperBound)
        result["thresholds"] = String(decoding: try encoder.encode(thresholds), as: UTF8.self)
        if let confidence { result["confidence"] = String(decoding: try encoder.encode(confidence), as: UTF8.self) }
        return result
    }

    /// Reads and validates the `__metadata__` of the model file at `path`.
    init(metadata: [String: String], path: String) throws(ModelError) {
        func fail(_ reason: String) -> ModelError { .mismatch(path: path, reason: reason) }
        guard metadata["format"] == Self.format else {
            throw fail("its metadata does not declare the format \"\(Self.format)\"")
        }
        func integer(_ key: String, in range: ClosedRange<Int>) throws(ModelError) -> Int {
            guard let text = metadata[key] else { throw fail("its metadata has no '\(key)'") }
            guard let value = Int(text), range.contains(value) else {
                throw fail("'\(key)' in its metadata is '\(text.prefix(40))'; it must be an integer in \(range)")
            }
            return value
        }
        func decode<T: Decodable>(_ type: T.Type, _ key: String) throws(ModelError) -> T {
            guard let text = metadata[key] else { throw fail("its metadata has no '\(key)'") }
            do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch {
                throw fail("'\(key)' in its metadata is invalid: \(DecodingError.reason(error))")
            }
        }
        let low = try integer("note_min", in: Pitches.range)
        let high = try integer("note_max", in: Pitches.range)
        guard low <= high else { throw fail("note_min \(low) is greater than note_max \(high)") }
        let window = try integer("window", in: 1...(1 << 20))
        self.init(
            name: metadata["name"] ?? "unnamed",
            architecture: try decode(Architecture.self, "architecture"),
            window: window,
            hop: try integer("hop", in: 1...window),
            sampleRate: try integer("sample_rate", in: 1000...1_000_000),
            labelOffset: try integer("label_offset", in: 0...window),
            notes: low...high,
            thresholds: metadata["thresholds"] == nil
                ? NoteThresholds() : try decode(NoteThresholds.self, "thresholds"),
            confidence: metadata["confidence"] == nil ? nil : try decode(ConfidenceCurve.self, "confidence"),
            extra: metadata.filter { !Self.known.contains($0.key) })
    }

    private enum Pitches { static let range = 0...127 }
}
