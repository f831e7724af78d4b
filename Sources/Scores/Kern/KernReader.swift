import Foundation

/// Reads Humdrum **kern: notes, rests, chords, ties, tuplets, grace notes, split spines, barlines with repeat signs,
/// meters, tempi, instruments, and lists of sections in order of play (*>[A,A,B]).
struct KernReader {
    /// The maximum number of columns. Every barline and interpretation visits all of them.
    private static let spineLimit = 512

    private let name: String
    private var spines: [KernSpine] = []
    private var measures = KernMeasures()
    private var parts: [KernPart] = []
    private var partsByNumber: [Int: Int] = [:]
    private var notes: [SheetNote] = []
    private var warnings = Warnings()
    private var records: [String: String] = [:]
    private var voiceCount = 0
    // The start of the last line with notes.
    private var lastStart = -1.0
    private var musicEnd = 0.0

    /// Reads a file's bytes as UTF-8. Other encodings only affect names.
    ///
    /// - Throws: `ScoreError.badScore` if it has no **kern spine.
    static func read(_ data: Data, name: String) throws(ScoreError) -> Sheet {
        var reader = KernReader(name: name)
        let text = String(decoding: data, as: UTF8.self)
        let lines = text.drop { $0 == "\u{FEFF}" }.split(whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            reader.take(line, before: lines[(index + 1)...])
            if reader.notes.count > Score.noteLimit {
                reader.warnings.add("it has more than \(Score.noteLimit) notes: the rest was skipped")
                break
            }
        }
        guard !reader.parts.isEmpty else {
            throw .badScore(name: name, reason: "it is a Humdrum file without a **kern spine")
        }
        return reader.sheet()
    }

    private init(name: String) { self.name = name }

    /// - Parameter next: the lines that follow.
    private mutating func take(_ line: Substring, before next: ArraySlice<Substring>) {
        if line.hasPrefix("!!!") {
            let record = line.dropFirst(3).split(separator: ":", maxSplits: 1)
            guard record.count == 2 else { return }
            let value = record[1].trimmingSpace()
            if !value.isEmpty, records.count < 1_000 {
                records[String(record[0])] = records[String(record[0])] ?? value
            }
            return
        }
        guard !line.hasPrefix("!") else { return }
        let tokens = line.split(separator: "\t", omittingEmptySubsequences: false)
        if tokens.contains(where: { $0.hasPrefix("**") }) {
            if spines.isEmpty { begin(tokens) } else { beginAdded(tokens) }
            return
        }
        guard !spines.isEmpty else { return }
        if tokens.count != spines.count {
            warnings.add("a line has \(tokens.count) columns instead of \(spines.count)")
        }
        if line.hasPrefix("*") {
            interpret(tokens)
        } else if line.hasPrefix("=") {
            bar(tokens[0], before: next)
        } else {
            data(tokens)
        }
    }

    // MARK: Spines

    private mutating func begin(_ tokens: [Substring]) {
        guard tokens.count <= Self.spineLimit else { return }
        var tokens = tokens
        if tokens.count == 1 {
            // Editors replace tabs by spaces. Names of spines have none.
            tokens = tokens[0].split(separator: " ")
            if tokens.count > 1 { warnings.add("its columns are separated by spaces instead of tabs") }
        }
        // Spines go from the lowest part to the highest: number the parts from the right to get their order on the
        // page.
        spines = tokens.reversed().map { token in
            guard token == "**kern" else { return KernSpine(part: nil) }
            parts.append(KernPart())
            voiceCount += 1
            return KernSpine(part: parts.count - 1, voice: voiceCount)
        }.reversed()
    }

    /// Names the contents of columns that *+ added.
    private mutating func beginAdded(_ tokens: [Substring]) {
        for (index, token) in tokens.enumerated().prefix(spines.count)
        where token == "**kern" && spines[index].part == nil {
            parts.append(KernPart())
            voiceCount += 1
            spines[index] = KernSpine(part: parts.count - 1, voice: voiceCount, until: position)
        }
    }

    private mutating func interpret(_ tokens: [Substring]) {
        let position = position
        for (index, token) in tokens.enumerated().prefix(spines.count) {
            guard token.count > 1 else { continue }
            if token.hasPrefix("*>") {
                measures.label(token.dropFirst(2), at: position, lastOnset: lastStart)
            } else if let part = spines[index].part {
                attribute(token.dropFirst(), spine: index, part: part, at: position)
            }
        }
        if tokens.contains(where: Self.rearranging.contains) { rearrange(tokens) }
    }

    /// Interpretations that change the columns.
    private static let rearranging: Set<Substring> = ["*^", "*v", "*-", "*+", "*x"]

    private mutating func attribute(_ token: Substring, spine: Int, part: Int, at position: Double) {
        if token.hasPrefix("MM"), let rate = Double(token.dropFirst(2)) {
            measures.setTempo(rate, at: position, &warnings)
        } else if token.hasPrefix("M"), let signature = KernToken.signature(token.dropFirst()) {
            measures.setSignature(signature)
        } else if token.hasPrefix("I\"") {
            parts[part].name = token.dropFirst(2).trimmingSpace()
        } else if token.hasPrefix("I"), let program = KernPart.program(ofCode: token.dropFirst()) {
            parts[part].program = program
        } else if token.hasPrefix("part"), let number = Int(token.dropFirst(4)) {
            // A part on two staves has two spines.
            if let first = partsByNumber[number] { spines[spine].part = first } else { partsByNumber[number] = part }
        }
    }

    /// Splits, joins, swaps, adds and ends spines.
    private mutating func rearrange(_ tokens: [Substring]) {
        var next: [KernSpine] = []
        var swap: Int?
        for (index, spine) in spines.enumerated() {
            let token = index < tokens.count ? tokens[index] : "*"
            switch token {
            case "*-": continue
            case "*^":
                var copy = spine
                voiceCount += 1
                copy.voice = voiceCount
                next += [spine, copy]
            case "*v" where index > 0 && tokens[index - 1] == "*v" && next.last?.part == spine.part && !next.isEmpty:
                next[next.count - 1].until = max(next[next.count - 1].until, spine.until)
            case "*+": next += [spine, KernSpine(part: nil)]
            case "*x":
                next.append(spine)
                if let other = swap {
                    next.swapAt(other, next.count - 1)
                    swap = nil
                } else {
                    swap = next.count - 1
                }
            default: next.append(spine)
            }
        }
        if next.count > Self.spineLimit {
            warnings.add("it has more than \(Self.spineLimit) columns: further ones were ignored")
            return
        }
        spines = next
    }

    // MARK: Time

    /// The end of the music so far, in beats.
    private var time: Double { max(musicEnd, measures.start) }

    /// The start of the next line, in beats. Voices that are silent without rests are ignored.
    private var position: Double {
        spines.lazy.filter { $0.part != nil && $0.until > lastStart }.map(\.until).min()
            ?? max(lastStart, measures.start)
    }

    private mutating func bar(_ token: Substring, before next: ArraySlice<Substring>) {
        let continuing = continuing(in: next)
        measures.bar(token, at: barTime(continuing), lastOnset: lastStart)
        // Realign voices that were silent without rests, and those that have a new note although they are not over.
        for index in spines.indices where continuing?[index] != true || spines[index].until < measures.start {
            spines[index].until = measures.start
        }
    }

    /// Whether each column continues beyond a barline: its token in the first line of data behind the barline is null.
    /// Nil if that line is missing or the columns change before it.
    private func continuing(in next: ArraySlice<Substring>) -> [Bool]? {
        // Between a barline and its first notes stand few lines.
        for line in next.prefix(64) where !line.hasPrefix("!") && !line.hasPrefix("=") {
            let tokens = line.split(separator: "\t", omittingEmptySubsequences: false)
            if line.hasPrefix("*") {
                if tokens.contains(where: Self.rearranging.contains) { return nil }
                continue
            }
            return tokens.count == spines.count ? tokens.map { $0 == "." } : nil
        }
        return nil
    }

    /// The time of a barline: where the notes end that do not continue beyond it.
    ///
    /// If they end at different times, some are too long or too short, and the time signature decides.
    private func barTime(_ continuing: [Bool]?) -> Double {
        let ends = spines.indices.filter { spines[$0].part != nil && continuing?[$0] != true }.map { spines[$0].until }
            .filter { $0 > lastStart }
        let nominal = measures.nominalEnd
        guard let last = ends.max() else { return max(lastStart, measures.start) }
        if lastStart < nominal - 1e-6, ends.contains(where: { abs($0 - nominal) < 0.02 }) { return nominal }
        return last < nominal ? last : ends.filter { $0 <= nominal }.max() ?? last
    }

    private mutating func data(_ tokens: [Substring]) {
        let sounding = zip(spines.indices, tokens).filter { spines[$0].part != nil && $1 != "." && !$1.isEmpty }
        guard let start = sounding.map({ spines[$0.0].until }).max() else { return }
        lastStart = start
        for (index, token) in sounding { take(token, spine: index, at: start) }
    }

    private mutating func take(_ token: Substring, spine index: Int, at start: Double) {
        guard let part = spines[index].part else { return }
        var length: Double?
        let items = token.split(separator: " ")
        let read = items.map { KernToken($0) }
        // One note marks the whole chord.
        let isGrace = read.contains(where: \.isGrace)
        for (item, read) in zip(items, read) {
            let duration = read.duration ?? length
            if !isGrace { length = length ?? duration }
            guard let pitch = read.pitch else { continue }
            guard (0...127).contains(pitch), isGrace || duration ?? 0 > 0 else {
                warnings.add("'\(item.prefix(20))' is not a playable note")
                continue
            }
            if isGrace { spines[index].graces.append(notes.count) }
            notes.append(
                SheetNote(
                    measure: measures.current, offset: max(0, start - measures.start),
                    duration: isGrace ? 0 : duration ?? 0, pitch: pitch, part: part, program: 0, velocity: 64,
                    voice: spines[index].voice, isTiedOn: read.isTiedOn, isTiedBack: read.isTiedBack,
                    graceSteps: isGrace ? 1 : 0))
        }
        guard let length else { return }
        for (place, note) in spines[index].graces.enumerated() {
            notes[note].graceSteps = spines[index].graces.count - place
        }
        spines[index].graces = []
        spines[index].until = min(start + length, measures.start + MusicXMLPage.maximumLength)
        musicEnd = max(musicEnd, spines[index].until)
    }

    private mutating func sheet() -> Sheet {
        measures.finish(at: time, lastOnset: lastStart)
        let used = Set(notes.map(\.part))
        var places: [Int: Int] = [:]
        var listed: [Score.Part] = []
        for (index, part) in parts.enumerated() where used.contains(index) {
            places[index] = listed.count
            let named = part.program ?? InstrumentNames.program(of: part.name)
            listed.append(
                Score.Part(name: part.name.isEmpty ? "Part \(listed.count + 1)" : part.name, program: named ?? 0))
        }
        for index in notes.indices {
            notes[index].part = places[notes[index].part] ?? 0
            notes[index].program = listed[notes[index].part].program
        }
        let title = records["OTL"] ?? records.first { $0.key.hasPrefix("OTL@") }?.value
        return Sheet(
            title: title, composer: records["COM"], parts: listed, measures: measures.printed, marks: measures.marks,
            orders: measures.orders(&warnings), notes: notes, tempi: measures.tempi, warnings: warnings.sentences)
    }
}

/// A column of the file.
struct KernSpine {
    /// Index of the part; nil for a column that is not **kern.
    var part: Int?
    var voice = 0
    /// The beat at which its last note or rest ends.
    var until = 0.0
    /// Indices of grace notes whose main note has not been read yet.
    var graces: [Int] = []
}

/// A part according to its interpretations.
struct KernPart {
    var name = ""
    var program: Int?

    /// The 0-based General MIDI program of a Humdrum instrument code such as "violn".
    static func program(ofCode code: some StringProtocol) -> Int? { codes[String(code)] }

    private static let codes: [String: Int] = [
        "violn": 40, "viola": 41, "cello": 42, "cbass": 43, "piano": 0, "forte": 0, "cemba": 6, "clavi": 7, "organ": 19,
        "harp": 46, "guitr": 24, "liuto": 24, "flt": 73, "picco": 72, "flts": 74, "recor": 74, "oboe": 68, "cangl": 69,
        "clars": 71, "clarp": 71, "bclar": 71, "fagot": 70, "cfag": 70, "cor": 60, "tromp": 56, "corno": 56,
        "tromb": 57, "tuba": 58, "timpa": 47, "soprn": 52, "mezzo": 52, "alto": 52, "calto": 52, "tenor": 52,
        "barit": 52, "bass": 52, "vox": 52, "gamba": 42, "viold": 42, "vlne": 43, "saxA": 65, "saxT": 66, "saxB": 67,
        "saxS": 64, "celes": 8, "xylo": 13, "vibra": 11, "marim": 12, "accor": 21, "strgs": 48,
    ]
}
