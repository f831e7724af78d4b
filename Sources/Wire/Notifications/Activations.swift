/// `activations`, on subscription: the network's posteriors of every hop, for visualisation and for clients with their
/// own decision logic.
public struct Activations: ServerNotification {
    /// The number of values: one per MIDI note.
    public static let count = 128

    public static let method = ServerMessage.Method.activations

    public var epoch: Int
    /// The label sample: the sample that the posteriors describe.
    public var sample: Int64
    /// `count` bytes: posteriors clipped to 0...1, scaled by 255 and rounded.
    public var values: [UInt8]

    /// - Parameter values: `count` bytes; a shorter array is padded with 0, a longer one truncated.
    public init(epoch: Int, sample: Int64, values: [UInt8]) {
        self.epoch = epoch
        self.sample = sample
        self.values = values.count == Self.count ? values : Self.fitted(values)
    }

    /// - Parameter posteriors: one per MIDI note, from 0; NaN counts as 0.
    public init(epoch: Int, sample: Int64, posteriors: Span<Float>) {
        self.epoch = epoch
        self.sample = sample
        values = [UInt8](repeating: 0, count: Self.count)
        for note in 0..<min(Self.count, posteriors.count) {
            let posterior = posteriors[note]
            guard posterior > 0 else { continue }
            values[note] = UInt8((min(posterior, 1) * 255).rounded())
        }
    }

    private static func fitted(_ values: [UInt8]) -> [UInt8] {
        Array(values.prefix(count)) + [UInt8](repeating: 0, count: max(count - values.count, 0))
    }

    enum CodingKeys: String, CodingKey {
        case epoch, sample, base64
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        epoch = try container.decode(Int.self, forKey: .epoch)
        sample = try container.decode(Int64.self, forKey: .sample)
        let text = try container.decode(String.self, forKey: .base64)
        guard let values = Base64.decode(text), values.count == Self.count else {
            throw DecodingError.dataCorruptedError(
                forKey: .base64, in: container, debugDescription: "activations are not \(Self.count) bytes of base64")
        }
        self.values = values
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.moment(epoch: epoch, sample: sample)
        writer.key("base64")
        writer.base64(values)
    }
}
