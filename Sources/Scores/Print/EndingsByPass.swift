/// The endings of a section, looked up by pass.
struct EndingsByPass {
    private let endings: [Score.Structure.Ending]
    private let plays: Int
    /// The index in `endings` of the first one that names a pass.
    private var places: [Int: Int] = [:]

    /// O(n) in the number of passes that the endings name.
    init(_ section: Score.Structure.Section) {
        endings = section.endings
        plays = section.plays
        for (place, ending) in section.endings.enumerated() {
            for pass in ending.passes where places[pass] == nil { places[pass] = place }
        }
    }

    /// The ending of a 1-based pass: the one that names it; otherwise the last one in the last pass and the first one
    /// before. Nil if a single first ending is skipped. O(1).
    subscript(pass: Int) -> Score.Structure.Ending? {
        if let place = places[pass] { return endings[place] }
        if pass < plays { return endings.first }
        return endings.count > 1 ? endings.last : nil
    }
}
