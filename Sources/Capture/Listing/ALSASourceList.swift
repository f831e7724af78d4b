import CALSA
import Glibc

/// The capture PCMs in ALSA's configuration.
enum ALSASourceList {
    static func all() throws(CaptureError) -> [SourceDescription] {
        calsa_be_quiet()
        var hints: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        // -1 means all cards.
        let code = snd_device_name_hint(-1, "pcm", &hints)
        guard code >= 0, let hints else { throw .listing("ALSA's configuration: \(errnoText(-code))") }
        defer { snd_device_name_free_hint(hints) }
        var sources: [SourceDescription] = []
        var next = hints
        while let hint = next.pointee {
            next += 1
            guard let name = text("NAME", of: hint), text("IOID", of: hint) != "Output", name != "null" else {
                continue
            }
            let lines = text("DESC", of: hint) ?? ""
            sources.append(
                SourceDescription(
                    kind: .input, spec: "alsa:\(name)",
                    description: lines.split(separator: "\n").joined(separator: ", "),
                    isDefault: name == "default"))
        }
        if sources.isEmpty {
            sources = [SourceDescription(kind: .note, spec: "", description: "ALSA has no PCM to capture from")]
        }
        return sources
    }

    private static func text(_ key: String, of hint: UnsafeMutableRawPointer) -> String? {
        guard let text = snd_device_name_get_hint(hint, key) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
