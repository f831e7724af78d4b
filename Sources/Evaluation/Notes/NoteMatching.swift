import Music

/// How far an estimated note may deviate from a reference note of the same pitch and still match it.
public struct NoteTolerance: Sendable, Equatable {
    /// The largest difference of onsets, in seconds.
    public var onset: Double
    /// The largest difference of offsets, as a fraction of the reference note's duration, but at least
    /// ``minimumOffset``. If nil, offsets are ignored.
    public var offsetRatio: Double?
    /// The offset tolerance of short notes, in seconds.
    public var minimumOffset: Double

    public init(onset: Double = 0.05, offsetRatio: Double? = nil, minimumOffset: Double = 0.05) {
        self.onset = onset
        self.offsetRatio = offsetRatio
        self.minimumOffset = minimumOffset
    }

    /// Onset within 50 ms.
    public static let onset50 = NoteTolerance()
    /// Onset within 100 ms.
    public static let onset100 = NoteTolerance(onset: 0.1)
    /// Onset within 50 ms and offset within 20% of the duration or 50 ms.
    public static let onsetOffset = NoteTolerance(offsetRatio: 0.2)

    /// Whether two notes match. Differences are rounded to 0.1 ms first, so that decimal fractions in label files
    /// compare as they are written.
    func allows(_ reference: Note, _ estimate: Note) -> Bool {
        guard Self.rounded(reference.start - estimate.start) <= onset else { return false }
        guard let offsetRatio else { return true }
        let allowed = max(offsetRatio * (reference.end - reference.start), minimumOffset)
        return Self.rounded(reference.end - estimate.end) <= allowed
    }

    private static func rounded(_ difference: Double) -> Double {
        (difference.magnitude * 10_000).rounded(.toNearestOrEven) / 10_000
    }
}

/// Pairs estimated notes with reference notes by a maximum matching, in which each note belongs to at most one pair.
///
/// Equals `mir_eval.transcription.match_notes` for notes whose pitches are MIDI numbers: its tolerance of 50 cents
/// becomes equality. O(n k) for k candidates within the tolerance, because augmenting paths are short in practice.
public enum NoteMatching {
    /// The numbers of pairs, estimates and references.
    public static func score(reference: [Note], estimate: [Note], within tolerance: NoteTolerance) -> PrecisionRecall {
        let hits = hits(reference: reference, estimate: estimate, within: tolerance)
        return PrecisionRecall(truePositives: hits.count, estimated: estimate.count, reference: reference.count)
    }

    /// The indices of the estimates that are paired with a reference.
    public static func hits(reference: [Note], estimate: [Note], within tolerance: NoteTolerance) -> Set<Int> {
        Set(pairs(reference: reference, estimate: estimate, within: tolerance).map(\.estimate))
    }

    /// The indices of both notes of each pair.
    public static func pairs(
        reference: [Note], estimate: [Note], within tolerance: NoteTolerance
    ) -> [(reference: Int, estimate: Int)] {
        let truths = Dictionary(grouping: reference.indices, by: { reference[$0].pitch })
        let claims = Dictionary(grouping: estimate.indices, by: { estimate[$0].pitch })
        return truths.sorted { $0.key < $1.key }.flatMap { pitch, indices in
            paired(indices, of: reference, claims[pitch] ?? [], of: estimate, within: tolerance)
        }
    }

    /// The pairs among notes of one pitch.
    private static func paired(
        _ referenceIndices: [Int], of reference: [Note], _ indices: [Int], of estimate: [Note],
        within tolerance: NoteTolerance
    ) -> [(reference: Int, estimate: Int)] {
        let truthOrder = referenceIndices.sorted { (reference[$0].start, $0) < (reference[$1].start, $1) }
        let truths = truthOrder.map { reference[$0] }
        let order = indices.sorted { (estimate[$0].start, $0) < (estimate[$1].start, $1) }
        let claims = order.map { estimate[$0] }
        var firstClaim = 0
        let candidates = truths.map { truth in
            // `allows` rounds differences, so the search range is 0.1 ms wider than the tolerance.
            while firstClaim < claims.count, claims[firstClaim].start < truth.start - tolerance.onset - 1e-4 {
                firstClaim += 1
            }
            return claims[firstClaim...].indices.prefix { claims[$0].start <= truth.start + tolerance.onset + 1e-4 }
                .filter { tolerance.allows(truth, claims[$0]) }
        }
        return maximumMatching(candidates, right: claims.count).enumerated().compactMap { claim, truth in
            truth.map { (truthOrder[$0], order[claim]) }
        }
    }

    /// A maximum matching in a bipartite graph, by breadth-first augmenting paths.
    ///
    /// - Parameters:
    ///   - edges: for each node on the left, its neighbours on the right.
    ///   - right: the number of nodes on the right.
    /// - Returns: for each node on the right, its partner on the left.
    static func maximumMatching(_ edges: [[Int]], right: Int) -> [Int?] {
        var partner = [Int?](repeating: nil, count: right)
        var reachedFrom = [Int](repeating: -1, count: right)
        var lastSearch = [Int](repeating: -1, count: right)
        var previous = [Int?](repeating: nil, count: edges.count)
        for start in edges.indices {
            var queue = [start]
            var head = 0
            var end: Int?
            previous[start] = nil
            search: while head < queue.count {
                let left = queue[head]
                head += 1
                for node in edges[left] where lastSearch[node] != start {
                    lastSearch[node] = start
                    reachedFrom[node] = left
                    guard let taken = partner[node] else {
                        end = node
                        break search
                    }
                    previous[taken] = node
                    queue.append(taken)
                }
            }
            guard var node = end else { continue }
            while true {
                let left = reachedFrom[node]
                partner[node] = left
                guard let next = previous[left] else { break }
                node = next
            }
        }
        return partner
    }
}
