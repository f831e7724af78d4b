import Foundation
import Synthesis

extension RenderRecipe {
    /// Reads a recipe file.
    ///
    /// - Throws: `RenderingError.missingInput`, or `.badRecipe` naming the key.
    public init(path: String) throws(RenderingError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let there = FileManager.default.fileExists(atPath: path)
            throw .missingInput(path: path, reason: there ? error.localizedDescription : "there is no such file")
        }
        try self.init(data: data, name: path)
    }

    /// Parses a recipe; `name` is its name in error messages.
    ///
    /// Missing keys keep their defaults: the defaults are encoded as JSON, merged with `data` and decoded.
    public init(data: Data, name: String) throws(RenderingError) {
        let given: [String: Any]
        do {
            let parsed = try JSONSerialization.jsonObject(with: data)
            guard let object = parsed as? [String: Any] else {
                throw RenderingError.badRecipe(name: name, reason: "it must be a JSON object")
            }
            given = object
        } catch let error as RenderingError {
            throw error
        } catch {
            throw .badRecipe(name: name, reason: "it is not valid JSON")
        }
        do {
            let plain = RenderRecipe(name: "", soundfonts: [])
            let defaults = try JSONSerialization.jsonObject(with: RenderRecipe.encoder.encode(plain))
            let merged = try Self.overlay(given, on: defaults as? [String: Any] ?? [:], path: "")
            self = try JSONDecoder().decode(
                RenderRecipe.self, from: JSONSerialization.data(withJSONObject: merged))
        } catch let problem as UnknownKey {
            throw .badRecipe(name: name, reason: "it has an unknown key '\(problem.path)'")
        } catch let DecodingError.typeMismatch(_, context), let DecodingError.dataCorrupted(context),
            let DecodingError.keyNotFound(_, context), let DecodingError.valueNotFound(_, context)
        {
            let key = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw .badRecipe(name: name, reason: "the value of '\(key)' is invalid (\(context.debugDescription))")
        } catch {
            throw .badRecipe(name: name, reason: "\(error)")
        }
        if let reason = problem { throw .badRecipe(name: name, reason: reason) }
    }

    /// Canonical JSON: keys are sorted, so equal recipes give equal text.
    var canonicalJSON: String {
        get throws { String(decoding: try RenderRecipe.encoder.encode(self), as: UTF8.self) }
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    private struct UnknownKey: Error {
        var path: String
    }

    // Objects that map names to weights. A given one replaces the default as a whole.
    private static let tables: Set<String> = ["voicings", "score_share", "piano_programs", "kinds"]

    private static func overlay(
        _ given: [String: Any], on defaults: [String: Any], path: String
    ) throws -> [String: Any] {
        var result = defaults
        for (key, value) in given {
            guard let standard = defaults[key] else { throw UnknownKey(path: path + key) }
            if !tables.contains(key), let object = value as? [String: Any], let standard = standard as? [String: Any] {
                result[key] = try overlay(object, on: standard, path: path + key + ".")
            } else {
                result[key] = value
            }
        }
        return result
    }

    /// Why the recipe is invalid; nil if it is valid.
    private var problem: String? {
        func unknown(_ table: [String: Double], _ known: [String]) -> String? {
            table.keys.sorted().first { !known.contains($0) }
        }
        let voices = Voicing.allCases.map(\.rawValue)
        if name.isEmpty { return "'name' is missing" }
        if soundfonts.isEmpty { return "'soundfonts' is missing or empty" }
        if let key = unknown(voicings, voices) ?? unknown(scoreShare, voices) {
            return "'\(key)' is not a valid voicing (\(voices.joined(separator: ", ")))"
        }
        if let key = unknown(noise.kinds, Noise.Kind.allCases.map(\.rawValue)) {
            return "'\(key)' is not a valid kind of noise (white, pink, hum)"
        }
        if let key = pianoPrograms.keys.sorted().first(where: { !(0...127).contains(Int($0) ?? -1) }) {
            return "'\(key)' is not a valid program (0 to 127)"
        }
        if !voicings.values.contains(where: { $0 > 0 }) { return "at least one voicing must have a weight above 0" }
        if !soundfonts.contains(where: { $0.weight > 0 }) { return "at least one soundfont must have a weight above 0" }
        if !(1...100_000_000).contains(count) { return "'count' must be at least 1" }
        if excerptSeconds.low < 1 || excerptSeconds.high > 3_600 {
            return "'excerpt_seconds' must be between 1 and 3600"
        }
        if tempoFactor.low < 0.1 || tempoFactor.high > 10 { return "'tempo_factor' must be between 0.1 and 10" }
        if room.decaySeconds.low < 0.05 || room.decaySeconds.high > 10 {
            return "'room.decay_seconds' must be between 0.05 and 10"
        }
        if room.delayMS.low < 0 || room.delayMS.high > 200 {
            return "'room.delay_ms' must be between 0 and 200"
        }
        if tone.lowPassHz.low < 20 { return "'tone.low_pass_hz' must be at least 20" }
        if !(0...20).contains(tone.peaks) { return "'tone.peaks' must be between 0 and 20" }
        if splitParts.low < 2 || splitParts.high > Double(Synthesizer.channels) {
            return "'split_parts' must be between 2 and \(Synthesizer.channels)"
        }
        if bowing.vibratoHz.low <= 0 || bowing.vibratoHz.high > 20 {
            return "'bowing.vibrato_hz' must be between 0 and 20"
        }
        if medium.sampleRates.contains(where: { !(4_000...44_100).contains($0) }) {
            return "'medium.sample_rates' must be between 4000 and 44100"
        }
        if medium.codecQuality.low < 0 || medium.codecQuality.high > 1 {
            return "'medium.codec_quality' must be between 0 and 1"
        }
        if peakDBFS.high > 0 { return "'peak_dbfs' must be at most 0" }
        return nil
    }
}
