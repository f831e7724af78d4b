/// Finds the name that a misspelt one was probably meant to be.
enum Spelling {
    /// The name among `names` that is nearest to `text`, ignoring case and taking hyphens for underscores; nil if none
    /// is near. At most a third of the letters may be wrong, missing, superfluous or swapped with a neighbour.
    static func nearest(to text: String, among names: [String]) -> String? {
        // The keys are short, and the distance of a long text takes long to compute.
        guard text.count <= 40 else { return nil }
        let text = text.lowercased().replacing("-", with: "_")
        let ranked = names.map { (name: $0, distance: distance(Array(text), Array($0))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(1, best.name.count / 3)
        else { return nil }
        return best.name
    }

    /// The optimal string alignment distance: edits that turn `a` into `b`, where swapped neighbours count as one.
    static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
