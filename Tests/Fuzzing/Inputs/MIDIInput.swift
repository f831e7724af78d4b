import Music

enum MIDIInput {
    static func check(_ bytes: [UInt8]) {
        guard let file = try? MIDIFile(data: bytes, name: "input") else { return }
        require(file.warnings.count <= 20, "\(file.warnings.count) warnings")
        for track in file.tracks {
            for (left, right) in zip(track, track.dropFirst()) {
                require(left.tick <= right.tick, "tick \(right.tick) follows \(left.tick)")
            }
        }
        let performance = MIDIPerformance(file)
        for note in performance.notes {
            require(note.start.isFinite && note.end >= note.start, "a note lasts from \(note.start) to \(note.end)")
        }
        // Written and read again, the file has the same notes.
        guard let copy = try? MIDIFile(data: file.data, name: "copy") else { fatalError("the written file is invalid") }
        require(copy.warnings.isEmpty, "the written file has warnings: \(copy.warnings)")
        if !file.areTracksSeparate {
            let count = MIDIPerformance(copy).notes.count
            require(count == performance.notes.count, "\(performance.notes.count) notes became \(count)")
        }
        ScoreInput.check(bytes)
    }
}
