import CSndFile
import Foundation

/// Decodes an audio file to interleaved floats: everything in it that is sound, in order.
///
/// Sizes in the header that don't agree with the file are corrected (``FileLayout``), all streams of a chained Ogg file
/// are decoded one after another, and decoding continues behind damage, with silence in its place. Not thread-safe.
final class AudioDecoder {
    /// Hz, of the current part.
    private(set) var rate = 0
    /// Channels of the current part.
    private(set) var channels = 0
    /// Frames of the current part according to its header; nil if unknown.
    private(set) var frames: Int?
    /// What is wrong although all audio that exists can be read: a clause each.
    private(set) var warnings: [String]
    /// Whether the file consists of several parts, which may differ in rate and channels.
    let hasSeveralParts: Bool

    private let path: String
    private let file: ByteSource
    private let layout: FileLayout
    private var part = 0
    private var handle: OpaquePointer?
    private var view: VirtualFile?
    private var isEstimate = false
    /// Whether nothing more can be decoded of the current part.
    private var isOver = false

    // Frames returned of the current part, and the total of all parts.
    private var position = 0
    private var total = 0
    // Where the decoder stopped: silence that stands for damaged frames, and frames decoded behind it.
    private var silence = 0
    private var stash: [Float] = []
    private var stashed = 0
    private var resumptions = 0
    private var damagedFrames = 0
    private var firstDamage: Double?
    private var truncation: String?

    /// Frames behind damage at which decoding is tried again, and the number of frames decoded then.
    private static let step = 1024
    private static let maximumResumptions = 1000

    /// - Parameter isComplete: whether a file whose header claims more samples than it has is rejected.
    /// - Throws: `SoundError.missingFile`, `.unreadableFile`, `.badAudio` (not an audio file, or nothing can be read).
    init(path: String, isComplete: Bool) throws(SoundError) {
        self.path = path
        file = try ByteSource(path: path)
        if let obstacle = FileSignature.obstacle(file.bytes(0, 512)) { throw .badAudio(path: path, reason: obstacle) }
        layout = FileLayout.examine(file)
        warnings = layout.warnings
        if let truncation = layout.truncation {
            if isComplete { throw .badAudio(path: path, reason: truncation) }
            warnings.append("\(truncation); what is there is used")
        }
        hasSeveralParts = layout.parts.count > 1
        var info = SF_INFO()
        guard open(&info) else { throw .badAudio(path: path, reason: Self.reason(nil)) }
        guard info.channels > 0 else { throw .badAudio(path: path, reason: "it has no channels") }
        guard info.frames != 0 else { throw .badAudio(path: path, reason: "it contains no samples") }
        adopt(info)
    }

    deinit { close() }

    /// What is certainly missing from what has been read so far: a clause; nil if nothing is.
    var damage: String? {
        var clauses = [truncation ?? layout.damage].compactMap(\.self)
        if damagedFrames > 0, let firstDamage {
            let lost = String(format: "%.2f", Double(damagedFrames) / Double(max(rate, 1)))
            clauses.insert("\(lost) s from \(Self.text(firstDamage)) s on are damaged and replaced by silence", at: 0)
        }
        guard !clauses.isEmpty else { return nil }
        return clauses.joined(separator: ", and ") + "; the \(Self.text(seconds)) s that are sound were used"
    }

    /// Reads frames of the current part.
    ///
    /// - Parameter buffer: room for `count` frames.
    /// - Returns: the number of frames, 0 at the end of the part.
    /// - Throws: `SoundError.badAudio` if the part contains nothing that can be decoded.
    func read(into buffer: UnsafeMutablePointer<Float>, count: Int) throws(SoundError) -> Int {
        let got = next(buffer, count)
        position += got
        total += got
        guard got == 0 else { return got }
        if total == 0, damagedFrames == 0 {
            let code = handle.map { sf_error($0) } ?? 0
            throw .badAudio(path: path, reason: code == 0 ? "it contains no samples" : Self.reason(handle))
        }
        if let frames, position < frames, !isEstimate, truncation == nil {
            let end = Double(position) / Double(rate)
            truncation = "it ends after \(Self.text(end)) of \(Self.text(Double(frames) / Double(rate))) s"
        }
        return 0
    }

    /// Goes on to the next part that can be decoded.
    ///
    /// - Returns: whether there is one. Its rate and channels may differ.
    func advance() -> Bool {
        while part + 1 < layout.parts.count {
            part += 1
            var info = SF_INFO()
            if open(&info), info.channels > 0, info.frames != 0 {
                adopt(info)
                return true
            }
            warnings.append("stream \(part + 1) of \(layout.parts.count) cannot be decoded: \(Self.reason(nil))")
        }
        return false
    }

    private func next(_ buffer: UnsafeMutablePointer<Float>, _ count: Int) -> Int {
        if silence > 0 {
            let length = min(silence, count)
            buffer.update(repeating: 0, count: length * channels)
            silence -= length
            return length
        }
        if stashed > 0 {
            // At most `step` frames, which is less than any block.
            let length = min(stashed, count)
            stash.withUnsafeBufferPointer { buffer.update(from: $0.baseAddress!, count: length * channels) }
            stash.removeFirst(length * channels)
            stashed -= length
            return length
        }
        guard !isOver, let handle else { return 0 }
        let got = Int(sf_readf_float(handle, buffer, Int64(count)))
        if got > 0 { return got }
        isOver = !resume()
        return isOver ? 0 : next(buffer, count)
    }

    /// Finds the next frames behind damage that can be decoded.
    ///
    /// A decoder that has lost its way doesn't find back, but a new one may.
    private func resume() -> Bool {
        guard let frames, !isEstimate, position < frames, resumptions < Self.maximumResumptions else { return false }
        resumptions += 1
        var distance = Self.step
        while position + distance < frames {
            var info = SF_INFO()
            guard open(&info), Int(info.channels) == channels, let handle else { return false }
            if sf_seek(handle, Int64(position + distance), SEEK_SET) == Int64(position + distance) {
                stash = [Float](repeating: 0, count: Self.step * channels)
                stashed = max(0, Int(sf_readf_float(handle, &stash, Int64(Self.step))))
                if stashed > 0 {
                    silence = distance
                    damagedFrames += distance
                    if firstDamage == nil { firstDamage = Double(position) / Double(rate) }
                    return true
                }
            }
            distance += distance < 32 * Self.step ? Self.step : distance
        }
        return false
    }

    // MARK: libsndfile

    private func open(_ info: inout SF_INFO) -> Bool {
        close()
        let range = layout.parts[part]
        if layout.patches.isEmpty, range.isWhole {
            handle = sf_open(path, Int32(SFM_READ), &info)
        } else {
            let view = VirtualFile(file, patches: layout.patches, range: range.range)
            self.view = view
            handle = view.open(&info)
        }
        return handle != nil
    }

    private func close() {
        if let handle { sf_close(handle) }
        (handle, view) = (nil, nil)
    }

    private func adopt(_ info: SF_INFO) {
        rate = Int(info.samplerate)
        channels = Int(info.channels)
        // libsndfile reports 2^63 - 1 if the length is unknown.
        frames = info.frames > 0 && info.frames < Int64.max / 2 ? Int(info.frames) : nil
        // The header's frame count of MPEG audio is only an estimate.
        isEstimate = info.format & Int32(SF_FORMAT_TYPEMASK) == Int32(SF_FORMAT_MPEG)
        (position, isOver) = (0, false)
    }

    private var seconds: Double { Double(max(0, total - damagedFrames)) / Double(max(rate, 1)) }

    private static func text(_ seconds: Double) -> String { String(format: "%.1f", seconds) }

    private static func reason(_ file: OpaquePointer?) -> String {
        let text = String(cString: sf_strerror(file)).trimmingCharacters(in: CharacterSet(charactersIn: " .\n"))
        return text.isEmpty ? "it is damaged" : text
    }
}
