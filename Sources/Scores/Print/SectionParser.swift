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
        var repeatsAfterJump = false
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
        let ahead = LookAhead(marks)
        for (measure, mark) in zip(marks.indices, marks) {
            if mark.opensRepeat {
                if !(frames.last?.open != nil && ahead.isNested(at: measure)) { finishEndings(before: measure) }
                if frames.count == Self.depthLimit { frames.removeLast() }
                frames.append(Frame(start: measure))
            }
            // The last pass of the section before begins the next one: "|:" within a second bracket.
            let isContinuation = mark.opensRepeat && !(mark.endingBegins ?? [1]).contains(1)
            if let passes = mark.endingBegins, !isContinuation { beginEnding(passes, at: measure) }
            let next = measure + 1 < marks.endIndex ? marks[measure + 1] : nil
            let hasNextEnding = next?.endingBegins != nil && next?.opensRepeat == false
            if let plays = mark.closesRepeat {
                if mark.repeatsAfterJump, let top = frames.indices.last { frames[top].repeatsAfterJump = true }
                if frames.last?.open != nil {
                    endEnding(at: measure)
                    if !hasNextEnding { closeEndings(isRepeated: true) }
                } else {
                    let start = frames.popLast()?.start ?? boundary
                    close(
                        start..<measure + 1, plays: max(1, plays), endings: [], repeatsAfterJump: mark.repeatsAfterJump)
                }
            } else if mark.endingEnds, let open = frames.last?.open {
                // A first bracket over the first of several measures ends with their repeat sign.
                if open.passes.contains(1), !hasNextEnding, ahead.reachesRepeat(after: measure) { continue }
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
        // A single bracket for a later pass, with nothing to repeat before it: the repeated section has ended already.
        if !isRepeated, frame.endings.count == 1, !last.passes.contains(1) {
            boundary = last.measures.upperBound
            return
        }
        let most = frame.lastPass ?? 1
        // A single first ending with :| means one more pass, without the ending.
        let plays = isRepeated && frame.endings.count == 1 ? most + 1 : most
        close(
            frame.start..<last.measures.upperBound, plays: plays, endings: frame.endings,
            repeatsAfterJump: frame.repeatsAfterJump)
    }

    private mutating func close(
        _ measures: Range<Int>, plays: Int, endings: [Score.Structure.Ending], repeatsAfterJump: Bool
    ) {
        sections.append(
            .init(measures: measures, plays: plays, endings: endings, repeatsAfterJump: repeatsAfterJump))
        boundary = measures.upperBound
    }
}

/// What follows each measure. O(n) to make, O(1) to ask.
private struct LookAhead {
    private let first: Int
    /// For each measure, the next one at which a bracket ends, from it on.
    private var bracketEnds: [Int?]
    /// For each measure, the number of :| before it.
    private var closed: [Int] = [0]
    /// For each measure, whether a :| follows, from it on, before the next |: or bracket.
    private var reaches: [Bool]

    init(_ marks: ArraySlice<Score.Structure.Marks>) {
        first = marks.startIndex
        bracketEnds = [Int?](repeating: nil, count: marks.count + 1)
        reaches = [Bool](repeating: false, count: marks.count + 1)
        for mark in marks { closed.append(closed[closed.count - 1] + (mark.closesRepeat == nil ? 0 : 1)) }
        for measure in marks.indices.reversed() {
            let mark = marks[measure]
            let place = measure - first
            bracketEnds[place] = mark.endingEnds ? measure : bracketEnds[place + 1]
            let isInterrupted = mark.opensRepeat || mark.endingBegins != nil
            reaches[place] = !isInterrupted && (mark.closesRepeat != nil || reaches[place + 1])
        }
    }

    /// Whether the section that a |: in a bracket begins ends within the bracket.
    func isNested(at measure: Int) -> Bool {
        guard let end = bracketEnds[measure - first] else { return false }
        // Before the end of the bracket, whose own :| is not that of the section.
        return closed[end - first] > closed[measure - first]
    }

    func reachesRepeat(after measure: Int) -> Bool { reaches[measure - first + 1] }
}
