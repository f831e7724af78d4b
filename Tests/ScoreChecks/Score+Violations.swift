import Scores

extension Score {
    /// Violations of the invariants of every score; empty if there are none.
    public var violations: [String] {
        var found: [String] = []
        if passages.isEmpty || measures.isEmpty { found.append("no measures") }
        if passages.first?.start != 0 { found.append("does not begin at 0") }
        for (left, right) in zip(passages, passages.dropFirst()) where left.end != right.start {
            found.append("gap at \(left.end)")
        }
        for passage in passages where !measures.indices.contains(passage.measure) || !(passage.length > 0) {
            found.append("passage \(passage)")
        }
        for note in notes {
            guard parts.indices.contains(note.part), passages.indices.contains(note.passage) else {
                found.append("stray note \(note)")
                continue
            }
            let passage = passages[note.passage]
            if note.onset < passage.start - 1e-9 || note.onset >= passage.end + 1e-9 { found.append("outside \(note)") }
            if !(0...127).contains(note.pitch) || !(1...127).contains(note.velocity) { found.append("numbers \(note)") }
            if !(0...127).contains(note.program) { found.append("program \(note)") }
            if !note.duration.isFinite || note.duration < 0 || !note.onset.isFinite { found.append("times \(note)") }
            if note.duration == 0, !note.isGrace { found.append("no length \(note)") }
            if note.isGrace != (note.graceSteps > 0) { found.append("grace \(note)") }
        }
        for (left, right) in zip(notes, notes.dropFirst())
        where (left.onset, left.pitch, left.part) > (right.onset, right.pitch, right.part) {
            found.append("out of order at \(right.onset)")
        }
        if warnings.count > 20 { found.append("\(warnings.count) warnings") }
        return found
    }
}
