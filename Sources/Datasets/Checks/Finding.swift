/// A problem with one file of a dataset.
public struct Finding: Codable, Hashable, Sendable {
    /// Whether the problem makes a recording unusable.
    public enum Severity: String, Codable, Sendable, CaseIterable {
        case error, warning
    }

    public var kind: Kind
    /// The number of affected labels, samples or lines; 1 if it is the whole file.
    public var count: Int
    /// A clause that follows the file's name.
    public var detail: String

    public init(_ kind: Kind, count: Int = 1, _ detail: String) {
        self.kind = kind
        self.count = count
        self.detail = detail
    }

    public var severity: Severity { kind.severity }
}

extension Finding {
    /// A category of problems, errors first.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case unreadableAudio = "unreadable_audio"
        case silentAudio = "silent_audio"
        case unreadableLabels = "unreadable_labels"
        case badLine = "bad_line"
        case unknownInstrument = "unknown_instrument"
        case noteOutOfRange = "note_out_of_range"
        case negativeLength = "negative_length"
        case noLabelInside = "no_label_inside"
        case wrongChecksum = "wrong_checksum"
        case nameTwice = "name_twice"

        case audioAlone = "audio_without_labels"
        case labelsAlone = "labels_without_audio"
        case otherRate = "other_rate"
        case severalChannels = "several_channels"
        case clippedAudio = "clipped_audio"
        case unusableSamples = "unusable_samples"
        case noLabels = "no_labels"
        case labelsOutside = "labels_outside_audio"
        case zeroLength = "zero_length"
        case overlappingLabels = "overlapping_labels"
        case outsidePiano = "outside_piano"
        case missingFile = "missing_file"
        case badMetadata = "bad_metadata"

        public var severity: Severity {
            switch self {
            case .unreadableAudio, .silentAudio, .unreadableLabels, .badLine, .unknownInstrument, .noteOutOfRange,
                .negativeLength, .noLabelInside, .wrongChecksum, .nameTwice:
                .error
            case .audioAlone, .labelsAlone, .otherRate, .severalChannels, .clippedAudio, .unusableSamples, .noLabels,
                .labelsOutside, .zeroLength, .overlappingLabels, .outsidePiano, .missingFile, .badMetadata:
                .warning
            }
        }

        /// The description in tables.
        public var title: String {
            switch self {
            case .unreadableAudio: "unreadable or truncated audio"
            case .silentAudio: "silent audio"
            case .unreadableLabels: "unreadable labels"
            case .badLine: "invalid label lines"
            case .unknownInstrument: "instruments outside General MIDI"
            case .noteOutOfRange: "notes outside MIDI"
            case .negativeLength: "labels that end before they start"
            case .noLabelInside: "labels that are all outside the audio"
            case .wrongChecksum: "files with a wrong checksum"
            case .nameTwice: "names of several recordings"
            case .audioAlone: "audio without labels"
            case .labelsAlone: "labels without audio"
            case .otherRate: "audio with a sample rate other than 44,100 Hz"
            case .severalChannels: "audio with several channels"
            case .clippedAudio: "clipped audio"
            case .unusableSamples: "non-finite samples"
            case .noLabels: "files without labels"
            case .labelsOutside: "labels that extend beyond the audio"
            case .zeroLength: "labels of zero length"
            case .overlappingLabels: "overlapping labels of the same instrument and pitch"
            case .outsidePiano: "notes outside the piano's range"
            case .missingFile: "missing files with a checksum"
            case .badMetadata: "unreadable metadata"
            }
        }
    }
}
