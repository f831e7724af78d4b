/// Pairs repeat signs and endings.
///
/// A :| returns to the last open |:, so sections may be nested. If none is open, it returns to the end of the previous
/// section, or to the start of the movement. O(n log n) in the number of measures.
struct SectionParser {
    private struct Frame {
        var start: Int
        var endings: [Score.Structure.Ending] = []
        var open: (passes: [Int], start: Int)?
        /// The passes of `endings`, and the last of them.
        var taken: Set<Int> = []
        var lastPass: Int?
    }

    /// The maximum depth of nested sections, which are played recursively. A |: beyond it replaces the one before.
    private static let depthLimit = 32

    private var frames: [Frame] = []
    private var sections: [Score.Structure.Section] = []
    // The end of the last closed section, where a repeat without |: starts.
    private var boundary: Int

    /// - Parameter start: the first measure of the movement.
    init(start: Int) { boundary = start }

    mutating func parse(_ marks: ArraySlice<Score.Structure.Marks>) -> [Score.Structure.Section] {
        for (measure, mark) in zip(marks.indices, marks) {
            if mark.opensRepeat {
                finishEndings(before: measure)
                if frames.count == Self.depthLimit { frames.removeLast() }
                frames.append(Frame(start: measure))
            }
            if let passes = mark.endingBegins { beginEnding(passes, at: measure) }
            let next = measure + 1 < marks.endIndex ? marks[measure + 1] : nil
            let hasNextEnding = next?.endingBegins != nil && next?.opensRepeat == false
            if let plays = mark.closesRepeat {
                if frames.last?.open != nil {
                    endEnding(at: measure)
                    if !hasNextEnding { closeEndings(isRepeated: true) }
                } else {
                    let start = frames.popLast()?.start ?? boundary
                    close(start..<measure + 1, plays: max(1, plays), endings: [])
                }
            } else if mark.endingEnds, frames.last?.open != nil {
                endEnding(at: measure)
                if !hasNextEnding { closeEndings(isRepeated: false) }
            }
        }
        finishEndings(before: marks.endIndex)
        return sections.sorted {
            ($0.measures.lowerBound, -$0.measures.count) < ($1.measures.lowerBound, -$1.measures.count)
        }
    }

    private mutating func beginEnding(_ passes: [Int], at measure: Int) {
        if frames.last?.open != nil { endEnding(at: measure - 1) }
        if frames.isEmpty { frames.append(Frame(start: min(boundary, measure))) }
        let top = frames.count - 1
        let fresh = passes.filter { $0 > 0 && !frames[top].taken.contains($0) }
        frames[top].open = (fresh.isEmpty ? [(frames[top].lastPass ?? 0) + 1] : fresh, measure)
    }

    private mutating func endEnding(at measure: Int) {
        guard let top = frames.indices.last, let open = frames[top].open else { return }
        frames[top].open = nil
        // An ending may start in the first measure of its own section, but must not end before it starts.
        guard measure >= open.start else { return }
        frames[top].endings.append(.init(passes: open.passes, measures: open.start..<measure + 1))
        frames[top].taken.formUnion(open.passes)
        frames[top].lastPass = max(frames[top].lastPass ?? 0, open.passes.max() ?? 0)
    }

    /// Closes an open bracket before a new |: and at the end of the piece.
    private mutating func finishEndings(before measure: Int) {
        if frames.last?.open != nil { endEnding(at: measure - 1) }
        if let frame = frames.last, !frame.endings.isEmpty { closeEndings(isRepeated: false) }
    }

    private mutating func closeEndings(isRepeated: Bool) {
        guard let frame = frames.popLast(), let last = frame.endings.last else { return }
        let most = frame.lastPass ?? 1
        // A single first ending with :| means one more pass, without the ending.
        let plays = isRepeated && frame.endings.count == 1 ? most + 1 : most
        close(frame.start..<last.measures.upperBound, plays: plays, endings: frame.endings)
    }

    private mutating func close(_ measures: Range<Int>, plays: Int, endings: [Score.Structure.Ending]) {
        sections.append(.init(measures: measures, plays: plays, endings: endings))
        boundary = measures.upperBound
    }
}
