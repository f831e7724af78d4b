/// Reads the measures of a part in order, and keeps the state between them.
struct MusicXMLPartReader {
    let index: Int
    var description: MusicXMLPart
    private(set) var measureCount = 0

    private var divisions = 1.0
    private var hasDivisions = false
    /// Semitones from written to sounding pitch, by staff; key 0 applies to all staves not listed.
    private var transpositions: [Int: Int] = [:]
    /// Octaves from the written part to its doubling, by staff, like ``transpositions``.
    private var doublings: [Int: Int] = [:]
    private var signature = Score.TimeSignature(4, 4)
    private var velocity = 64
    private var programs: [String: Int] = [:]
    private var voices: [String: Int] = [:]
    // Measure repeat signs (%): the number of measures each repeats, and the note range of each measure of this part.
    private var measureRepeat: Int?
    private var history: [Int: Range<Int>] = [:]

    // State within a measure: the measure to which positions refer; the cursor, the last note's onset and the length of
    // the note that a chord began with, in divisions; the end of the part's music and of its notes, in beats.
    private var measure = 0
    private var origin = 0
    private var cursor = 0.0
    private var lastOnset = 0.0
    private var leadLength = 0.0
    private var end = 0.0
    private var noteEnd = 0.0
    /// Whether the measure's barlines are those of the score.
    private var isControlling = true
    /// Whether some measure's are not.
    private(set) var hasOwnBarlines = false
    // Grace notes whose main note has not been read yet, by voice: the note's index, and the number of its chord.
    private var graces: [Int: [(note: Int, step: Int)]] = [:]

    init(index: Int) {
        self.index = index
        description = MusicXMLPart(number: index + 1)
    }

    /// Whether all instruments are drums.
    var isDrumSet: Bool {
        let all = description.instruments.values
        return !all.isEmpty && all.allSatisfy { $0.isOnDrumChannel && $0.drum != nil }
    }

    mutating func rewind() { measure = 0 }

    mutating func advance(to measure: Int) { self.measure = max(0, measure) }

    /// Reads one measure of the part.
    ///
    /// - Parameters:
    ///   - node: the element with the music: a measure, or a part within a measure.
    ///   - number: the attributes of the measure.
    mutating func read(_ node: XMLNode, number: [String: String], into page: inout MusicXMLPage) {
        guard measure < PlayOrder.limit else {
            page.warnings.add("it has more than \(PlayOrder.limit) measures: the rest was skipped")
            return
        }
        isControlling = number["non-controlling"] != "yes" || measureCount == 0
        if !isControlling { hasOwnBarlines = true }
        let label = number["number"]?.trimmingSpace() ?? ""
        if isControlling, measure >= measureCount || page.measures.count <= measure {
            page.reach(measure, number: label.isEmpty ? "\(measure + 1)" : label)
        }
        if !hasDivisions { findDivisions(node) }
        // A measure of its own begins where the part's last one ended.
        cursor = isControlling ? 0 : end * divisions
        if isControlling { (origin, end) = (measure, 0) }
        lastOnset = cursor
        noteEnd = 0
        let firstNote = page.notes.count
        let silent = node.fingeredHarmonics
        page.count(.harmonic, silent.count)
        if number["implicit"] == "yes", isControlling { page.measures[measure].isImplicit = true }
        for (place, child) in node.children.enumerated() {
            switch child.name {
            case "note": readNote(child, isSilent: silent.contains(place), &page)
            case "backup": move(-(child.number("duration") ?? 0), &page)
            case "forward": move(child.number("duration") ?? 0, &page)
            case "attributes": readAttributes(child, &page)
            case "direction": readDirection(child, &page)
            case "sound": apply(MusicXMLSigns(sound: child), child, &page)
            case "barline": readBarline(child, &page)
            default: break
            }
        }
        for voice in graces.keys { settleGraces(voice, &page) }
        if isControlling {
            repeatMeasure(firstNote, &page)
            fill(&page)
        } else if page.notes.count > firstNote {
            page.looseNotes.append(firstNote..<page.notes.count)
        }
        history[measure] = page.notes.count > firstNote ? firstNote..<page.notes.count : nil
        measure += 1
        if isControlling { measureCount = max(measureCount, measure) }
    }

    /// Some programs write the first divisions behind the first notes.
    private mutating func findDivisions(_ node: XMLNode) {
        for attributes in node.all("attributes") {
            guard let written = attributes.number("divisions"), written > 0 else { continue }
            divisions = written
            hasDivisions = true
            return
        }
    }

    /// Notes whether the part's music, or its notes, end with the time signature.
    private func fill(_ page: inout MusicXMLPage) {
        let full = signature.length
        if abs(end - full) < MusicXMLPage.tolerance || abs(noteEnd - full) < MusicXMLPage.tolerance {
            page.measures[measure].isFilled = true
        }
    }

    /// Converts divisions to beats.
    private func beats(_ ticks: Double) -> Double { min(ticks / divisions, MusicXMLPage.maximumLength) }

    private mutating func move(_ ticks: Double, _ page: inout MusicXMLPage) {
        // Not clamped to the measure: what moves back too far moves forward again.
        cursor = min(max(cursor + ticks, -Self.cursorLimit), Self.cursorLimit)
        lastOnset = cursor
        if ticks > 0 { extend(cursor, &page) }
    }

    /// In divisions.
    private static let cursorLimit = 1e12

    private mutating func extend(_ ticks: Double, isNote: Bool = false, _ page: inout MusicXMLPage) {
        end = max(end, beats(ticks))
        if isNote { noteEnd = max(noteEnd, beats(ticks)) }
        guard isControlling else { return }
        page.measures[measure].extent = max(page.measures[measure].extent, end)
        page.measures[measure].noteExtent = max(page.measures[measure].noteExtent, noteEnd)
    }

    // MARK: Attributes

    private mutating func readAttributes(_ node: XMLNode, _ page: inout MusicXMLPage) {
        if let written = node.number("divisions"), written > 0 {
            cursor *= written / divisions
            lastOnset *= written / divisions
            divisions = written
            hasDivisions = true
        } else if node.has("divisions") {
            page.warnings.add("measure \(page.measures[origin].number) has an invalid number of divisions")
        }
        if let time = node.first("time"), let written = time.timeSignature {
            signature = written
            if isControlling, page.measures[measure].signature == nil { page.measures[measure].signature = written }
        }
        for transpose in node.all("transpose") {
            let semitones = (transpose.integer("chromatic") ?? 0) + 12 * (transpose.integer("octave-change") ?? 0)
            let octaves = transpose.first("double").map { $0.attributes["above"] == "yes" ? 1 : -1 }
            if let staff = transpose.attributes["number"].flatMap({ Int($0) }) {
                transpositions[staff] = semitones
                doublings[staff] = octaves
            } else {
                transpositions = [0: semitones]
                doublings = octaves.map { [0: $0] } ?? [:]
            }
        }
        for style in node.all("measure-style") {
            if style.first("beat-repeat")?.attributes["type"] == "start" { page.count(.beatRepeat) }
            guard let sign = style.first("measure-repeat") else { continue }
            measureRepeat = sign.attributes["type"] == "stop" ? nil : max(1, sign.trimmed.flatMap { Int($0) } ?? 1)
        }
    }

    /// Copies the previous music for a measure repeat sign that the file does not write out.
    private func repeatMeasure(_ firstNote: Int, _ page: inout MusicXMLPage) {
        guard let span = measureRepeat, page.notes.count == firstNote, let sources = history[measure - span] else {
            return
        }
        page.copiedNotes += sources.count
        guard page.copiedNotes <= Score.repeatedLimit else {
            page.warnings.add(
                "its measure repeat signs produce more than \(Score.repeatedLimit) notes: some were skipped")
            return
        }
        for source in sources {
            var note = page.notes[source]
            note.measure = measure
            page.notes.append(note)
        }
    }

    // MARK: Notes

    /// - Parameter isSilent: whether it only shows how another note is played.
    private mutating func readNote(_ node: XMLNode, isSilent: Bool, _ page: inout MusicXMLPage) {
        let isGrace = node.has("grace")
        let isChord = node.has("chord")
        let isCue = node.has("cue")
        let rest = node.first("rest")
        let written = node.number("duration") ?? 0
        // Some programs write a duration of 0, or none, and the type.
        let ticks = isGrace ? 0 : written != 0 || isCue ? written : node.typedLength * divisions
        let isSounding = rest == nil && !isSilent && (!isCue || page.playsCues)
        if !isChord {
            lastOnset = cursor
            cursor = min(max(cursor + ticks, -Self.cursorLimit), Self.cursorLimit)
            leadLength = ticks
            // A whole-measure rest is as long as the measure, regardless of its duration.
            let isWhole = rest?.attributes["measure"] == "yes"
            extend(
                isWhole ? min(cursor, max(lastOnset, signature.length * divisions)) : cursor, isNote: isSounding, &page)
        }
        if rest == nil, isCue { page.count(page.playsCues ? .playedCue : .silentCue) }
        guard isSounding else { return }
        let voice = self.voice(node)
        if !isGrace, !isChord { settleGraces(voice, &page) }
        guard isGrace || ticks > 0 else {
            page.count(ticks < 0 ? .negativeDuration : .noteWithoutDuration)
            return
        }
        if lastOnset < -1e-6 { page.count(.noteBeforeMeasure) }
        var note = SheetNote(
            measure: origin, offset: max(0, beats(lastOnset)), duration: beats(ticks), pitch: 0, part: index,
            program: program(node), velocity: velocity(node), voice: voice, graceSteps: isGrace ? 1 : 0)
        readTies(node, &note)
        // A note of a chord that is written shorter than the chord but tied to the next one lasts until then.
        if isChord, note.isTiedOn, ticks < leadLength { note.duration = beats(leadLength) }
        if let pitch = node.first("pitch") {
            guard let sounding = sounding(pitch, staff: node.integer("staff") ?? 1) else {
                page.warnings.add(
                    "measure \(page.measures[origin].number) has an out-of-range pitch, which was skipped")
                return
            }
            note.pitch = sounding
            if isGrace { addGrace(page.notes.count, voice, isChord: isChord) }
            page.notes.append(note)
            if let octaves = doublings[node.integer("staff") ?? 1] ?? doublings[0] { double(note, octaves, &page) }
        } else {
            let instrument = node.first("instrument")?.attributes["id"].flatMap { description.instruments[$0] }
            guard let drum = (instrument ?? description.first).drum, !isGrace else { return }
            note.pitch = drum
            page.drums.append(note)
        }
    }

    /// Adds a note an octave away for an instrument that is doubled there.
    private mutating func double(_ note: SheetNote, _ octaves: Int, _ page: inout MusicXMLPage) {
        var other = note
        other.pitch += 12 * octaves
        guard (0...127).contains(other.pitch) else { return }
        if note.isGrace { addGrace(page.notes.count, note.voice, isChord: true) }
        page.notes.append(other)
    }

    private mutating func voice(_ node: XMLNode) -> Int {
        let name = node.text("voice") ?? ""
        if let known = voices[name] { return known }
        voices[name] = voices.count
        return voices.count - 1
    }

    private func program(_ node: XMLNode) -> Int {
        guard let id = node.first("instrument")?.attributes["id"] else {
            return programs[""] ?? description.first.program
        }
        return programs[id] ?? description.instruments[id]?.program ?? programs[""] ?? description.first.program
    }

    private func velocity(_ node: XMLNode) -> Int {
        node.attributeNumber("dynamics").map(MusicXMLSigns.velocity) ?? velocity
    }

    private func readTies(_ node: XMLNode, _ note: inout SheetNote) {
        var types = node.all("tie").compactMap { $0.attributes["type"] }
        if types.isEmpty {
            types = node.all("notations").flatMap { $0.all("tied").compactMap { $0.attributes["type"] } }
        }
        note.isTiedOn = types.contains("start") || types.contains("continue")
        note.isTiedBack = types.contains("stop") || types.contains("continue")
    }

    /// Step and octave give the written pitch; alterations may be quarter tones. Octave lines (8va) are already
    /// included.
    private func sounding(_ pitch: XMLNode, staff: Int) -> Int? {
        guard let step = pitch.text("step")?.first, let octave = pitch.integer("octave"), (-2...12).contains(octave),
            let semitone = ["C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11][step]
        else { return nil }
        let alter = pitch.number("alter") ?? 0
        guard abs(alter) <= 12 else { return nil }
        let shift = min(max(transpositions[staff] ?? transpositions[0] ?? 0, -127), 127)
        let number = 12 * (octave + 1) + semitone + Int(alter.rounded(.toNearestOrEven)) + shift
        return (0...127).contains(number) ? number : nil
    }

    // MARK: Grace notes

    private mutating func addGrace(_ note: Int, _ voice: Int, isChord: Bool) {
        let step = graces[voice]?.last?.step ?? 0
        graces[voice, default: []].append((note, isChord ? max(step, 1) : step + 1))
    }

    /// Numbers the grace notes before a main note: the last one is 1 step before it.
    private mutating func settleGraces(_ voice: Int, _ page: inout MusicXMLPage) {
        guard let pending = graces.removeValue(forKey: voice), let last = pending.last?.step else { return }
        for (note, step) in pending { page.notes[note].graceSteps = last - step + 1 }
    }

    // MARK: Directions and barlines

    private mutating func readDirection(_ node: XMLNode, _ page: inout MusicXMLPage) {
        apply(MusicXMLSigns(direction: node), node.first("sound"), &page)
    }

    private mutating func apply(_ signs: MusicXMLSigns, _ sound: XMLNode?, _ page: inout MusicXMLPage) {
        if let level = signs.velocity { velocity = level }
        guard isControlling else { return applyTempo(signs, &page) }
        if let label = signs.label, page.measures[measure].label == nil { page.measures[measure].label = label }
        if signs.hasZeroTempo {
            page.warnings.add("measure \(page.measures[measure].number) has a tempo of 0, which was ignored")
        }
        applyTempo(signs, &page)
        for midi in sound?.all("midi-instrument").map({ $0 }) ?? [] {
            guard let program = midi.integer("midi-program"), (1...128).contains(program) else { continue }
            programs[midi.attributes["id"] ?? ""] = program - 1
        }
        page.mark(measure) { signs.apply(to: &$0) }
    }

    private func applyTempo(_ signs: MusicXMLSigns, _ page: inout MusicXMLPage) {
        let offset = max(0, beats(cursor + signs.offset))
        let relative = signs.paceRatio.map { page.secondsPerBeat(before: origin, offset: offset) * $0 }
        guard let pace = signs.secondsPerBeat ?? relative else { return }
        page.addTempo(SheetTempo(measure: origin, offset: offset, secondsPerBeat: pace, passes: signs.passes))
    }

    private func readBarline(_ node: XMLNode, _ page: inout MusicXMLPage) {
        guard isControlling else { return }
        let isLeft = node.attributes["location"] == "left"
        // A sign at the other end of a measure belongs to the neighbouring measure.
        let (begins, ends) = isLeft ? (measure, measure - 1) : (measure + 1, measure)
        if !isLeft, node.text("bar-style") == "light-heavy" { page.measures[measure].hasFinalBarline = true }
        if node.has("segno") || node.attributes["segno"] != nil {
            page.mark(begins) { $0.segno = node.attributes["segno"] ?? "segno" }
        }
        if node.has("coda") || node.attributes["coda"] != nil {
            page.mark(begins) { $0.coda = node.attributes["coda"] ?? "coda" }
        }
        if let sign = node.first("repeat") {
            if sign.attributes["direction"] == "forward" {
                page.mark(begins) { $0.opensRepeat = true }
            } else {
                if sign.attributes["after-jump"] == "yes" { page.mark(ends) { $0.repeatsAfterJump = true } }
                let times = sign.attributeNumber("times").map { Int($0) } ?? 2
                page.mark(ends) { $0.closesRepeat = max($0.closesRepeat ?? 0, min(max(times, 1), 100)) }
            }
        }
        guard let ending = node.first("ending") else { return }
        if ending.attributes["type"] == "start" {
            let text = ending.attributes["number"] ?? ending.trimmed ?? ""
            page.mark(isLeft ? measure : measure + 1) { $0.endingBegins = MusicXMLSigns.passes(text) }
        } else {
            page.mark(ends) { $0.endingEnds = true }
        }
    }
}
